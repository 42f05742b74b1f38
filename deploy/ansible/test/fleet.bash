# A fleet, how to look at it, and how to play a playbook on it. Sourced by run.
say() { printf '\n== %5.1f s  %s\n' "$(($(date +%s%N) / 1000000 - began))e-3" "$*"; }
began=$(($(date +%s%N) / 1000000))
fail() { echo "fleet: $*" >&2; exit 1; }

# Names in the order of the inventory. options[name]: more words for `migrate-lab up`; bare[name]: without the binary.
declare -A options=() bare=() inits=()
fleet_up() {
	ssh-keygen -q -t ed25519 -N '' -f "$work/key"
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
	strip -o "$work/migrate" "$bin/migrate"
	nodes=("$@")
	local number=0 name
	{
		echo '[all]'
		for name in "${nodes[@]}"; do
			echo "$name ansible_host=198.18.$((++number)).2 cable=to-$name"
		done
	} >"$work/inventory"
	awk '{ print "198.18.*", $1, $2 }' "$work/host_key.pub" >"$work/known_hosts"
	number=0
	for name in "${nodes[@]}"; do
		number=$((number + 1))
		# shellcheck disable=SC2086
		BARE=${bare[$name]:-} unshare --uts --mount --pid --fork --kill-child --mount-proc --propagation private \
			"$here/node" "$name" "$number" "$work" "$sshd" "$bin/migrate-lab" ${options[$name]:-} &
		holders+=($!)
	done
	number=0
	for name in "${nodes[@]}"; do
		until_true 300 "node $name is up" test -e "$work/$name/up"
		inits[$name]=$(pgrep -P "${holders[$number]}")
		number=$((number + 1))
	done
}
# until_true SECONDS WHAT COMMAND...
until_true() {
	local end=$(($(date +%s) + $1)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$end" ] || fail "not in time: $what"
		sleep 0.2
	done
}
# In the node's own namespaces, and in its lab, where its network is.
in_node() { local name=$1; shift; nsenter --target "${inits[$name]}" --mount --pid --uts -- "$@"; }
in_lab() { local name=$1; shift; in_node "$name" "$bin/migrate-lab" exec --name "$name" -- "$@"; }

# play LOG EXPECTED-EXIT-CODE PLAYBOOK OPTION...; each line of the log begins with the time, in seconds.
play() {
	local log=$work/$1.play expected=$2 status=0
	shift 2
	export ANSIBLE_CONFIG=$here/../ansible.cfg ANSIBLE_HOME=$work/ansible ANSIBLE_LOCAL_TEMP=$work/ansible/tmp
	export ANSIBLE_SSH_CONTROL_PATH_DIR=$work/cp ANSIBLE_NOCOLOR=1 ANSIBLE_NOCOWS=1 LC_ALL=C.UTF-8
	ansible-playbook -i "$work/inventory" --private-key "$work/key" -e "@$here/vars.yml" \
		-e "migrate_binary=$work/migrate" -e "migrate_reports=$work/reports" -e "fleet_known_hosts=$work/known_hosts" \
		"${@:2}" "$here/../$1" 2>&1 |
		while IFS= read -r line; do printf '%s %s\n' "$EPOCHREALTIME" "$line"; done >"$log" || status=$?
	[ "$status" = "$expected" ] || fail "ansible-playbook $* ended with $status, expected $expected"
}
# recap LOG NODE FIELD: how many tasks were changed, failed, …
recap() { sed -nE "s/^[0-9.]+ $2 +:.* $3=([0-9]+) .*/\1/p; " "$work/$1.play"; }
expect_changed() {
	local log=$1 wanted=$2 name
	shift 2
	for name in "$@"; do
		[ "$(recap "$log" "$name" changed)" = "$wanted" ] ||
			fail "$log: $name has changed=$(recap "$log" "$name" changed), expected $wanted"
	done
}
expect_said() { grep -qE -- "$2" "$work/$1.play" || fail "$1: nothing says: $2"; }

status_of() { in_lab "$1" "$bin/migrate" status -o json --private-bpffs 2>/dev/null; }
# expect_state STATE NODE...
expect_state() {
	local state=$1 name
	shift
	for name in "$@"; do
		[ "$(status_of "$name" | jq -r .state)" = "$state" ] || fail "$name is $(status_of "$name" | jq -r .state), not $state"
	done
}
# What a conversion would change: filters, programs attached, pins; with their ids.
look() {
	in_lab "$1" sh -c 'find /sys/fs/bpf | sort
		for device in $(ls /sys/class/net); do
			for side in ingress egress; do echo "$device $side"; tc -d filter show dev "$device" "$side"; done
		done
		bpftool net show'
}
# The same, and all files that ansible or the tool could have written.
look_at_files() {
	look "$1"
	# Not all of these are there.
	{ in_node "$1" find /usr/local/bin /var/lib/migrate /var/tmp /etc/systemd/system/ -mindepth 1 -newer "$work/$1/up" -printf '%p %s %T@\n' 2>/dev/null || true; } | sort
}
# expect_looks HOW AS NODE...: nothing differs from what `remember HOW AS` saw.
remember() { local how=$1 as=$2 name; shift 2; for name in "$@"; do "$how" "$name" >"$work/$name.$as"; done; }
expect_looks() {
	local how=$1 as=$2 name
	shift 2
	for name in "$@"; do "$how" "$name" | diff "$work/$name.$as" - >&2 || fail "$name is not as it was ($as)"; done
}
# Its last report says that everything is back.
expect_identical() {
	local name
	for name in "$@"; do
		in_lab "$name" "$bin/migrate" report --format json 2>/dev/null | sed -n '/^{/,$p' >"$work/$name.report"
		jq -e '.. | objects | select(has("identical")) | .identical' "$work/$name.report" | grep -q true ||
			fail "$name: no proof that everything is back"
	done
}

# traffic NODE...: numbered packets through each node, until `ledgers` ends it, and fails where one was lost.
declare -A flows=()
traffic() {
	local name
	for name in "$@"; do
		in_node "$name" sh -c 'echo $$ >"$1/sender"; exec "$2" traffic --name "$3" --seconds 3600 --rate 50 --strict' \
			sh "$work/$name" "$bin/migrate-lab" "$name" >"$work/$name.ledger" 2>&1 &
		flows[$name]=$!
	done
	for name in "$@"; do until_true 60 "traffic at $name" test -s "$work/$name/sender"; done
}
ledgers() {
	local name
	for name in "${!flows[@]}"; do in_node "$name" sh -c 'kill -INT $(cat "$0/sender") && rm "$0/sender"' "$work/$name"; done
	for name in "${!flows[@]}"; do
		wait "${flows[$name]}" || { cat "$work/$name.ledger" >&2; fail "packets of $name are missing"; }
		echo "  $name: $(grep ' lost, ' "$work/$name.ledger")"
	done
	flows=()
}

# At the moment at which a node is provisional, something happens to it.
declare -A mishaps=()
in_window() {
	local name=$1
	shift
	{
		until status_of "$name" | grep -q '"state" : "provisional"'; do sleep 0.2; done
		"$@" "$name"
	} >"$work/$name.mishap" 2>&1 &
	mishaps[$name]=$!
}
mishap_came() { wait "${mishaps[$1]}" || fail "$1: its mishap did not come"; }
# The controller no longer reaches its pods; traffic between them goes on.
fall_sick() { in_lab "$1" ip rule add pref 10 iif ctl0 to 10.9.0.0/24 blackhole; }
get_well() { in_lab "$1" ip rule del pref 10; }
# sshd and all its sessions end at once.
lose_sshd() {
	in_node "$1" sh -c 'for process in /proc/[0-9]*; do
		read -r name <"$process/comm" && [ "$name" = sshd ] && kill -KILL "${process#/proc/}"
	done; true' 2>/dev/null
}
get_sshd_back() { in_node "$1" sh -c '"$0" </dev/null >/dev/null 2>&1 &' "$work/$1/sshd"; }

# phases LOG: seconds by task, in the order in which they came.
phases() {
	awk '/^[0-9.]+ (PLAY|TASK) / {
			if (task != "") { took[task] += $1 - at }
			at = $1; $1 = ""; sub(/^ /, ""); gsub(/ \*+$/, ""); task = $0
			if (!(task in took)) { order[++count] = task; took[task] = 0 }
		} END { for (i = 1; i <= count; i++) if (took[order[i]] >= 0.05) printf "%7.1f s  %s\n", took[order[i]], order[i] }' "$work/$1.play"
}
