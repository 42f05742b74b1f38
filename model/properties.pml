/*
 * What has to hold in every state (a packet may see any of them), and what has to happen at last.
 * Where others are left to do as they like (writes > 0) a hook of theirs is theirs.
 */
#define each(p)         (p(0) && p(1))
#define filled(h)       (slot[h] != nothing || removed[h])
#define callable(h)     (slot[h] != switchProgram || slotPin[h])
#define kept(h)         (!isOurs(slot[h]) || legacyPin[h] || finalizing)
#define notOurs(h)      (!isOurs(slot[h]))
#define notPlain(h)     (slot[h] != plainProgram)
#define isBack(h)       (slot[h] == legacyProgram)
/* What packets take; a switch whose slot map was emptied falls forward. */
#define onReplacement(h) (slot[h] == plainProgram || (slot[h] == switchProgram && \
	(cell == committed || (cell == open && (!passed || bug(SWITCH_IGNORES_DEADLINE))) || !slotPin[h])))
#define onLegacy(h)     (!onReplacement(h))
#define alike           (each(onReplacement) || each(onLegacy))

/* No hook is without a program by our doing. */
ltl hook_is_never_empty { [] each(filled) }
/* A switch has a legacy program to call; while ours is in a slot, what belongs there is pinned, up to the point of no return. */
ltl switch_can_always_call { [] each(callable) }
ltl legacy_is_kept { [] each(kept) }
/* The pins are explained by the record as long as there are any, but for the legacy programs' that came before it. */
ltl pins_are_explained { [] (slotPin[0] || slotPin[1] || plainPin || cellPin -> recordPin) }
ltl pins_go_last { [] (!recordPin -> each(notOurs) || finalizing) }
/* Never mixed, at no moment, but while a rollback takes back a finalize that had begun; and never after a verb that ended. */
ltl never_mixed { [] (writes == 0 && (each(notPlain) || cell == committed || finalizing) -> alike) }
ltl alike_after_resume { [] (writes == 0 && calm && !meddled -> alike) }
/* Past an unconfirmed deadline packets take the legacy program, whether a process of ours lives or not. */
ltl unconfirmed_takes_legacy { [] ((cell == open && passed) || cell == expired || cell == breaker -> each(onLegacy)) }
ltl expired_is_final { [] ((cell == expired -> [] (cell == expired)) && (cell == breaker -> [] (cell == breaker))
	&& (cell == rolledBack -> [] (cell == rolledBack))) }
ltl no_late_confirmation { [] !late }
/* What was confirmed is only rolled back by somebody who asked for that, and what was rolled back is not finalized. */
ltl confirmed_unless_asked { [] (confirmed && cell == rolledBack -> asked) }
ltl rolled_back_is_not_finalized { [] !(asked && finalizing) }
/* A foreign program that we took away is back, or somebody was told of it. */
ltl foreign_is_never_lost { [] (calm -> (lost & (3 - told)) == 0) }
/* Nor is a hook that somebody took before the flip passed over by the verb that flipped, or by the one after its kill. */
ltl taken_is_noticed { [] (calm && writes < 2 -> (taken & (3 - told)) == 0) }
/* Rolled back: every hook holds its own program, or others'. Committed: it can be rolled back. */
ltl rolled_back_is_back { [] (journal == rolledBack -> each(notOurs) && (writes > 0 || each(isBack))) }
/* What is final is not called rolled back. */
ltl finalized_is_not_rolled_back { [] !(finalizing && journal == rolledBack) }
ltl residual_is_others_doing { [] (journal == residual -> writes > 0) }
ltl committed_can_go_back { [] (calm && journal == committed -> legacyPin[0] && legacyPin[1] && recordPin) }
/* The window ends although nobody of ours is alive; and whoever is killed, the run comes to rest if only resume is called. */
ltl window_ends { [] (cell == open && passed -> <> (cell != open)) }
ltl comes_to_rest { <> [] (nobody || (rests && lock == 0)) }

/* What the model has to be able to do: spin must find that these are wrong. */
ltl can_finalize { [] !(journal == finalized && kills > 0) }
ltl can_confirm { [] !(journal == committed && confirmed && calm && kills > 0) }
ltl can_expire { [] !(cell == expired && journal == rolledBack && kills > 0) }
ltl can_lose_a_program { [] (lost == 0) }
ltl can_cut_a_finalize_off { [] !(lock == 0 && slot[0] == plainProgram && slot[1] == switchProgram && !finalizing) }
