# Three nodes: --check changes nothing, the first wave is kept, the second has a sick node and is taken back, the third
# is never touched; then everything goes back.
fleet_up n1 n2 n3
say "three nodes are up; --check"
remember look_at_files before n1 n2 n3
play check 0 convert.yml --check
expect_looks look_at_files before n1 n2 n3
remember look before n1 n2 n3
expect_said check 'n1.*would apply p-|would apply p-'

say "n2 falls sick in its window"
traffic n1 n2 n3
in_window n2 fall_sick
play sick 2 convert.yml
mishap_came n2
expect_state committed n1
expect_state idle n2 n3
expect_looks look before n2 n3
expect_identical n2
expect_said sick 'n2: is not well, seen from localhost'
jq -e '.kind' "$work/reports/fleet.json" >/dev/null
ledgers
phases sick

say "rollback"
play rollback 0 rollback.yml
expect_looks look before n1 n2 n3
expect_identical n1
say "done"
