/*
 * Known mistakes, each with the property that has to find it: a checker that cannot fail proves nothing.
 * `make model` builds the model with each of them (-DBUG=name) and fails where spin finds no error.
 */
#ifndef BUG
#define BUG 0
#endif
#define bug(name) (BUG == name)
#define CONFIRM_IGNORES_DEADLINE  1 /* no_late_confirmation */
#define CONFIRM_EXPIRED           2 /* expired_is_final */
#define SWITCH_IGNORES_DEADLINE   3 /* unconfirmed_takes_legacy */
#define NO_TIMER                  4 /* window_ends */
#define REPLACE_BEFORE_PIN        5 /* legacy_is_kept */
#define REPLACE_BEFORE_SLOT_PIN   6 /* switch_can_always_call */
#define RECORD_AFTER_REPLACE      7 /* rolled_back_is_back */
#define REMOVE_THEN_ADD           8 /* hook_is_never_empty */
#define NO_SECOND_WRITER_CHECK    9 /* foreign_is_never_lost */
#define PUT_BACK_BLINDLY         10 /* foreign_is_never_lost */
#define FLIP_IS_NOT_READ_BACK    23 /* taken_is_noticed */
#define SILENT_AFTER_A_KILL      11 /* foreign_is_never_lost */
#define RESUME_BY_JOURNAL        12 /* rolled_back_is_back */
#define INTERRUPT_BLINDLY        13 /* confirmed_unless_asked */
#define HOOKS_BEFORE_CELL        14 /* never_mixed */
#define UNPIN_BEFORE_RESTORE     15 /* switch_can_always_call */
#define RECORD_UNPINNED_FIRST    16 /* pins_are_explained */
#define FINALIZE_DROPS_FIRST     17 /* legacy_is_kept */
#define RESUME_IGNORES_PHASE     18 /* committed_can_go_back */
#define FINALIZE_WITHOUT_INTENT  19 /* committed_can_go_back */
#define FINALIZE_KEEPS_STATE     22 /* finalized_is_not_rolled_back */
#define FINALIZE_IGNORES_CELL    20 /* rolled_back_is_not_finalized */
#define LOCK_KEPT_BY_THE_DEAD    21 /* comes_to_rest */
