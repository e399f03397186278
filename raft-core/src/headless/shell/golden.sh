await 30 answers
# A comment
# node1$ etcdctl lease grant 60
at 1 6
etcdctl --endpoints="$(endpoint 1)" lease grant 60 >"$work/out"
cat "$work/out"
got_L=$(sed -n '1s/^lease \(.*\) granted with TTL(60s)$/\1/p' "$work/out")
# > lease {L} granted with TTL(60s)
# leader$ etcdctl put /a 1 --lease={L}
at "$(leader)" 8
etcdctl --endpoints="$(endpoint "$here")" put /a 1 --lease="$got_L"
# > OK
node_old="$(leader)"
# Now crash old: kill -9 the etcd process.
# The playground waits here for: leader not old
sleep 1
# node2$ etcdctl watch /a &
at 2 13
etcdctl --endpoints="$(endpoint 2)" watch /a >"$work/1.out" 2>"$work/1.err" &
begun 1 1
sleep 0.5
# Look.
# old$ vi
# The script does not run this: the terminal does not know vi.
# node3$ etcdctl txn
at 3 16
etcdctl --endpoints="$(endpoint 3)" txn <<END
put /a ${got_L}

END
await 5 shows 'PUT' 1
at 2 20
later 1 1
# > PUT
interrupt 1
await 30 expired "$got_L"
# Now partition the network: old | rest. Members on different sides of a bar must not reach each other's peer ports.
# expected here: no /a on all
sleep 1.5
