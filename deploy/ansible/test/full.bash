# Six nodes: one with a blocker, one that falls sick, one that cannot be reached in its window.
options[n2]=--faults
bare[n1]=yes
fleet_up n1 n2 n3 n4 n5 n6
say "six nodes are up; --check finds the blocker of n2, and changes nothing"
remember look_at_files untouched "${nodes[@]}"
remember look before "${nodes[@]}"
play check 2 convert.yml --check
expect_looks look_at_files untouched "${nodes[@]}"
expect_said check 'n2 was not changed: .*MIG'
jq -e '.blockers | length > 0' <(sed -n '/^{/,$p' "$work/reports/plans/n2.json") >/dev/null || fail "the plan of n2 has no blocker"

say "n2 is blocked: nothing begins anywhere"
play blocked 2 convert.yml
expect_looks look before "${nodes[@]}"
expect_state idle "${nodes[@]}"

say "n2 is left out; waves of 1, 10 %, 50 %: n1, n3, n4 with n5. n5 falls sick in its window"
traffic "${nodes[@]}"
in_window n5 fall_sick
play sick 2 convert.yml -e migrate_skip_blocked=true
mishap_came n5
expect_state committed n1 n3
expect_state idle n2 n4 n5 n6
expect_looks look before n2 n4 n5 n6
expect_identical n4 n5
expect_said sick 'n5: is not well, seen from localhost'
expect_said sick 'n4: taken back with its wave'
[ "$(jq '.nodes | length' "$work/reports/fleet.json")" = 4 ] || fail "fleet.json has not the reports of n1, n3, n4, n5"
ledgers
phases sick

say "n5 is well again; n4 goes first, and n5 loses its sshd in its window: nobody can confirm it, so it goes back by itself"
get_well n5
traffic n4 n5 n6
in_window n5 lose_sshd
play lost 2 convert.yml -e migrate_skip_blocked=true -e migrate_confirm_within=90s
mishap_came n5
expect_state committed n1 n3 n4
expect_state idle n2 n6
expect_said lost 'n5: cannot be reached'
is_idle() { status_of "$1" | jq -e '.state == "idle"'; }
until_true 180 "n5 gives its slots back at its deadline" is_idle n5
expect_looks look before n2 n5 n6
expect_identical n5
ledgers

say "n5 answers again: the rest of the fleet"
get_sshd_back n5
play rest 0 convert.yml -e migrate_skip_blocked=true
expect_state committed n1 n3 n4 n5 n6
expect_changed rest 0 n1 n2 n3 n4

say "a second run changes nothing"
remember look after "${nodes[@]}"
play again 0 convert.yml -e migrate_skip_blocked=true
expect_changed again 0 "${nodes[@]}"
expect_looks look after "${nodes[@]}"

say "rollback"
play rollback 0 rollback.yml
expect_changed rollback 1 n1 n3 n4 n5 n6
expect_looks look before "${nodes[@]}"
expect_identical n1 n3 n4 n5 n6
play unrolled 0 rollback.yml
expect_changed unrolled 0 "${nodes[@]}"
say "done"
