-- What a branch has lent, by its tellers.
\set branch random(1, :scale)
SELECT tid, tbalance FROM pgbench_tellers WHERE bid = :branch ORDER BY tbalance LIMIT 5;
SELECT count(*), sum(delta) FROM pgbench_history WHERE bid = :branch;
