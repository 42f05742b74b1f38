/*
 * The cut as a model (docs/cutover.md has it in words), for spin: `make model`.
 *
 * What survives a kill is global: the kernel's (cell, slots, pins, record) and the journal's. What a verb knows is local to its
 * process and dies with it. Every statement is a step after which the process may be killed, and between any two of which the
 * kernel, a verb that does not hold the lock, or somebody else may act. Packets see every state: properties speak of all of them.
 */
#ifndef KILLS
#define KILLS 2  /* how many verbs are killed */
#endif
#ifndef WRITES
#define WRITES 2 /* how often a second writer replaces or removes what is in a hook */
#endif
#ifndef VERBS
#define VERBS 2  /* how many verbs are called beside apply, before resume is called until the run rests */
#endif
#ifndef LIVE
#define LIVE 0   /* whether people may stop acting for good: what is promised has to happen all the same */
#endif
#include "mistakes.pml"

/* CellState */
mtype = { legacy, open, committed, expired, breaker, rolledBack };
/* RunState, with committed, expired and rolledBack; not modelled: shadow, mixed, gone */
mtype = { installing, provisional, rollingBack, finalized, residual };
/* What is in a slot; the last three are a second writer's doing */
mtype = { legacyProgram, switchProgram, plainProgram, foreignProgram, anotherProgram, nothing };

#define HOOKS 2 /* hook 0 is clsact, where a replace takes whatever is there; hook 1 is tcx, with a compare-and-swap */

/* The kernel's */
mtype cell = legacy;
bool passed;                   /* the deadline, by the kernel's clocks */
mtype slot[HOOKS] = legacyProgram;
bool legacyPin[HOOKS], slotPin[HOOKS], plainPin, cellPin, recordPin;
bool recorded, finalizing;     /* in the record: the ids of our programs; phase 1 */
/* The journal's */
mtype journal;                 /* 0: no run yet */
bool finalizeBegun, unproven;  /* intents without evidence: finalize; any exchange */
/* The lock's holder, and who dies next: 1 apply, 2 another verb; 0 nobody */
byte lock, killed;
/* For the properties, as bits: foreign programs that we took away, that were in a slot at the flip, that somebody was told of */
byte lost, taken, told, kills, writes, verbs;
bool late, asked, confirmed, calm, byHand, meddled, nobody, removed[HOOKS];

#define me        (_pid + 1)
#define isOurs(p) (p == switchProgram || p == plainProgram)
#define isFinal   (cell == expired || cell == breaker || cell == rolledBack)
#define rests     (journal == committed || journal == finalized || journal == rolledBack || journal == residual)
#define bit(p)    (p == foreignProgram -> 1 : (p == anotherProgram -> 2 : 0))
#define put(h, p) lost = (lost | bit(slot[h])) & (3 - bit(p)); slot[h] = p

inline cas(from, to) { atomic { cell == from -> cell = to } }

/* Operation 5 (look): a deadline that has passed is written down. */
inline look() { atomic { if :: passed && cell == open -> cas(open, expired) :: else fi } }

/* Operation 2 (commit): the word, then the clock, then the swap, which fails if the word is another by then. */
inline commit() {
	d_step { word = cell; past = passed };
	atomic {
		if
		:: word == open && cell == open && (!past || bug(CONFIRM_IGNORES_DEADLINE)) ->
			cas(open, committed); confirmed = true; late = past
		:: bug(CONFIRM_EXPIRED) && cell == expired -> cell = committed
		:: else
		fi; word = 0; past = false
	}
}

/* Operations 3 (extend) and 6 (share): the word says another deadline or another share, if the deadline has not passed. */
inline extend() { atomic { if :: cell == open && !passed -> cas(open, open) :: else fi } }

/* Operation 4 (roll back). */
inline rollBackCell() {
	atomic {
		if
		:: cell == legacy -> cas(legacy, rolledBack)
		:: cell == open -> cas(open, rolledBack)
		:: cell == committed -> cas(committed, rolledBack)
		:: else
		fi
	}
}

/* One exchange in place: look, replace, hear what was replaced. Somebody else's goes back in, and that is heard again. */
inline exchange(h, fits, mine) {
	d_step { trouble = false; seen = slot[h]; next = mine };
	if
	:: !(fits) -> trouble = true
	:: (fits) && h == 1 -> d_step { if :: slot[h] == seen -> put(h, next) :: else -> trouble = true fi }
	:: (fits) && h == 0 ->
		if :: bug(REMOVE_THEN_ADD) -> slot[h] = nothing :: else fi;
		do
		:: d_step { before = slot[h]; if :: before != nothing || bug(REMOVE_THEN_ADD) -> put(h, next) :: else fi };
			if
			:: before == seen || bug(NO_SECOND_WRITER_CHECK) || (bug(PUT_BACK_BLINDLY) && trouble) -> break
			:: else -> trouble = true
			fi;
			if
			:: before == nothing -> break
			:: else -> atomic { heard = heard | bit(before); seen = next; next = before }
			fi
		od
	fi; atomic { seen = 0; next = 0; before = 0; h++ }
}

inline pinLegacy() {
	do
	:: h < HOOKS && slot[h] == legacyProgram -> atomic { legacyPin[h] = true; h++ }
	:: h < HOOKS && slot[h] != legacyProgram -> trouble = true; break
	:: h == HOOKS -> recordPin = true; break
	od; h = 0
}

/* Into the journal: what was found in the hooks, and what was taken out of them. */
inline evidence() { told = told | heard; unproven = false }

/* Pins, then a switch into every slot, which packets do not notice; then one swap of the word, which is all they notice. */
inline install() {
	journal = installing;
	if :: !bug(REPLACE_BEFORE_PIN) -> pinLegacy() :: else -> recordPin = true fi;
	if :: !trouble -> cellPin = true :: else fi;
	if :: !trouble && !bug(REPLACE_BEFORE_SLOT_PIN) -> slotPin[0] = true; slotPin[1] = true; plainPin = true :: else fi;
	if :: !trouble -> recorded = !bug(RECORD_AFTER_REPLACE); unproven = true :: else fi;
	do
	:: h < HOOKS && !trouble -> exchange(h, seen == legacyProgram, switchProgram)
	:: else -> break
	od; h = 0;
	if :: bug(REPLACE_BEFORE_PIN) && !trouble -> pinLegacy() :: else fi;
	d_step { recorded = true; evidence() };
	if
	:: trouble || slot[0] != switchProgram || slot[1] != switchProgram -> undo = true
	:: else ->
		if
		:: atomic { cas(legacy, open); taken = bit(slot[0]) | bit(slot[1]) }
		:: atomic { cas(legacy, committed); taken = bit(slot[0]) | bit(slot[1]) }
		:: cell != legacy /* refused: rolled back by hand */
		fi;
		undo = !bug(FLIP_IS_NOT_READ_BACK) && (slot[0] != switchProgram || slot[1] != switchProgram)
	fi
}

/* The plain replacement into every slot; then the phase, after which there is no way back. */
inline finalize() {
	d_step { finalizeBegun = !bug(FINALIZE_WITHOUT_INTENT); unproven = true;
		journal = (bug(FINALIZE_KEEPS_STATE) -> journal : committed) }; /* it may still say rollingBack */
	if :: bug(FINALIZE_DROPS_FIRST) -> legacyPin[0] = false; legacyPin[1] = false :: else fi;
	do
	:: h < HOOKS && !trouble -> exchange(h, isOurs(seen), plainProgram)
	:: else -> break
	od; atomic { h = 0; evidence() };
	if
	:: slot[0] != plainProgram || slot[1] != plainProgram -> heard = heard | bit(slot[0]) | bit(slot[1])
	:: else -> if :: cell == committed || bug(FINALIZE_IGNORES_CELL) -> finalizing = true; becomes = finalized :: else -> undo = true fi
	fi
}

/* The cell first, which is all that packets need; then every hook that holds a program of ours; then the proof. */
inline restore() {
	journal = rollingBack;
	if :: cellPin && !bug(HOOKS_BEFORE_CELL) -> rollBackCell() :: else fi;
	if :: bug(UNPIN_BEFORE_RESTORE) -> slotPin[0] = false :: else fi;
	unproven = true;
	do
	:: h < HOOKS && recorded && isOurs(slot[h]) -> exchange(h, isOurs(seen), legacyProgram)
	:: h < HOOKS && (!recorded || !isOurs(slot[h])) -> h++
	:: h == HOOKS -> h = 0; break
	od;
	if :: cellPin && bug(HOOKS_BEFORE_CELL) -> rollBackCell() :: else fi;
	d_step { heard = heard | bit(slot[0]) | bit(slot[1]); evidence(); becomes = rolledBack;
		if :: slot[0] != legacyProgram || slot[1] != legacyProgram -> becomes = residual :: else fi;
		mayForce = recorded && !isOurs(slot[0]) && !isOurs(slot[1]) };
	if :: becomes == residual && mayForce -> becomes = rolledBack :: true fi /* --force-drift leaves a hook to others */
}

/* The pins, once no program of ours needs them; the record last, which says what the others are. */
inline unpin() {
	if :: bug(RECORD_UNPINNED_FIRST) -> recordPin = false :: else fi;
	plainPin = false; slotPin[0] = false; legacyPin[0] = false; slotPin[1] = false; legacyPin[1] = false;
	cellPin = false; recordPin = false
}

/* Every changing verb ends so, and after a kill this is all there is to do: what the kernel holds decides. */
inline resume() {
	look();
	if
	:: recordPin ->
		if
		:: becomes == finalized || (finalizing && !bug(RESUME_IGNORES_PHASE)) -> becomes = finalized
		:: else ->
			if
			:: bug(RESUME_BY_JOURNAL) && journal == installing -> becomes = rolledBack
			:: cellPin && (cell == committed || cell == open) && !undo ->
				journal = (cell == committed -> committed : (cell == open -> provisional : journal));
				if :: !bug(FLIP_IS_NOT_READ_BACK) -> heard = heard | bit(slot[0]) | bit(slot[1]) :: else fi
			:: else -> restore()
			fi
		fi
	:: !recordPin && journal == committed && finalizeBegun -> becomes = finalized
	:: !recordPin && (journal == installing || journal == rollingBack) -> becomes = rolledBack
	:: else
	fi;
	if :: becomes == finalized || becomes == rolledBack -> unpin() :: else fi;
	if :: becomes != 0 -> journal = becomes :: else fi
}

/* A changing verb holds the lock, and says what a killed one could not: that an exchange was not read back. */
inline begin() {
	atomic { lock == 0 -> lock = me; calm = false; meddled = false };
	if :: unproven && !bug(SILENT_AFTER_A_KILL) -> heard = 3 :: else fi
}
inline forget() { h = 0; heard = 0; seen = 0; next = 0; before = 0; word = 0; becomes = 0; past = false; trouble = false; undo = false; mayForce = false }
inline finish() { d_step { evidence(); calm = true; lock = 0; forget() } }
inline die() { killed == me -> d_step { killed = 0; lock = 0; forget() } }

/* apply: installs, then waits without the lock for the run's end, an interrupt, or a clock of its own that knows of no extension. */
active proctype Apply() {
	byte h, heard; mtype seen, next, before, word, becomes; bool trouble, undo, past, mayForce, woken, tried;
	{
		begin(); install();
settle:		resume(); finish();
		if
		:: cell == open && !woken -> woken = true; begin(); undo = (cell == open || bug(INTERRUPT_BLINDLY)); goto settle
		:: cell == open && !woken -> woken = true; begin(); goto settle
		:: cell != open && !rests && (!tried || bug(WAIT_TRIES_AGAIN)) -> tried = true; begin(); goto settle
		:: cell != open && (rests || tried)
		fi
	} unless { die() }
}

/* confirm, extend, rollback, finalize, resume, in any order; at last resume until the run rests. */
active proctype Verb() {
	byte h, heard; mtype seen, next, before, word, becomes; bool trouble, undo, past, mayForce;
again:	{
		do
		:: journal != 0 && verbs < VERBS ->
			begin(); verbs++;
			if
			:: true -> commit()
			:: true -> extend()
			:: recordPin && !finalizing -> asked = true; undo = true
			:: recordPin && !finalizing && cell == committed && isOurs(slot[0]) && isOurs(slot[1]) -> finalize()
			:: true
			fi;
			resume(); finish()
		:: journal != 0 && verbs == VERBS && (!rests || !calm) -> begin(); resume(); finish()
		:: verbs == VERBS && rests && calm -> break
		:: LIVE && lock != me -> nobody = true; break /* nobody calls a verb any more */
		od
	} unless { die(); goto again }
}

/* Clock, timer and breaker: no process of ours. */
active proctype Kernel() {
end:	do
	:: atomic { cell == open && !passed -> passed = true }
	:: cell == open && passed && cellPin && !bug(NO_TIMER) -> look()
	:: atomic { !passed -> cas(open, breaker) } /* past the deadline no packet takes the replacement, so none fails */
	od
}

/* A second writer; whoever kills; somebody who rolls back by hand. */
active proctype Others() {
	byte h;
end:	do
	:: atomic { writes < WRITES -> writes++; if :: h = 0 :: h = 1 fi;
			if
			:: slot[h] = (writes == 1 -> foreignProgram : anotherProgram); removed[h] = false
			:: slot[h] = nothing; removed[h] = true
			fi; h = 0 }
	:: atomic { kills < KILLS && lock != 0 && killed == 0 -> kills++; killed = lock }
	:: atomic { cellPin && !byHand && (slot[0] == switchProgram || slot[1] == switchProgram) ->
			byHand = true; asked = true; meddled = true; rollBackCell() }
	:: LIVE -> break /* leave it alone from now on */
	od
}

#include "properties.pml"
