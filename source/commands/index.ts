import {ab} from './ab.ts';
import {artillery} from './artillery.ts';
import {attach} from './attach.ts';
import {baseline} from './baseline.ts';
import {changes} from './changes.ts';
import type {Command} from './command.ts';
import {compare} from './compare.ts';
import {config} from './config.ts';
import {demo} from './demo.ts';
import {doctor} from './doctor.ts';
import {history} from './history.ts';
import {importRuns} from './import.ts';
import {init} from './init.ts';
import {insights} from './insights.ts';
import {k6} from './k6.ts';
import {list} from './list.ts';
import {load} from './load.ts';
import {locust} from './locust.ts';
import {micro} from './micro.ts';
import {pgbench} from './pgbench.ts';
import {redis} from './redis.ts';
import {redisBenchmark} from './redis-benchmark.ts';
import {replay} from './replay.ts';
import {run} from './run.ts';
import {schema} from './schema.ts';
import {sql} from './sql.ts';
import {store} from './store.ts';
import {themes} from './themes.ts';
import {timeCommand} from './time-command.ts';
import {trend} from './trend.ts';

/** Every command, in the order of the help. The one without a name takes a URL. */
export const commands: readonly Command[] = [
	load,
	run,
	ab,
	init,
	list,
	timeCommand,
	micro,
	pgbench,
	redis,
	redisBenchmark,
	locust,
	k6,
	sql,
	artillery,
	demo,
	attach,
	replay,
	history,
	trend,
	changes,
	baseline,
	compare,
	importRuns,
	insights,
	store,
	doctor,
	themes,
	config,
	schema,
];
