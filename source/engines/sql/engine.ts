import {createHash} from 'node:crypto';
import {basename} from 'node:path';
import {isSecretName, percentDecoded, redacted, redactUrl} from '../../core/secret.ts';
import {formatCount} from '../../core/units.ts';
import type {Engine} from '../engine.ts';
import type {Feeder} from '../feeder.ts';
import {type PaceWords, paceDoubts} from '../pace-doubts.ts';
import {loadSql} from './load.ts';
import {type SqlPlan, splitSql, sqlPlan} from './plan.ts';
import {probeSql} from './probe.ts';
import {sqlSuite} from './suite.ts';

/** Rows are never kept: how many there are, and their hash, tell whether they are the same. */
const discloseFeeder = (feeder: Feeder): unknown => {
	const {name, order} = feeder;
	if ('file' in feeder) return {name, order, file: basename(feeder.file), sha256: feeder.sha256, rows: feeder.rows};
	const sha256 = createHash('sha256').update(JSON.stringify(feeder.values)).digest('hex');
	return {name, order, rows: feeder.values.length, sha256};
};

/** What of a URL must not be kept, as it stands there and as it is meant. */
const secretsIn = (url: string): readonly string[] => {
	if (!URL.canParse(url) || url.startsWith('sqlite:')) return [];
	const {password, searchParams} = new URL(url);
	const queries = [...searchParams].flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
	return [password, percentDecoded(password), ...queries].filter((secret) => secret !== '');
};

const disclose = ({url, variables, data, ...rest}: SqlPlan) => {
	const hidden = Object.entries(variables ?? {}).filter(([name]) => isSecretName(name));
	return {
		plan: {
			...rest,
			url: url.startsWith('sqlite:') ? url : redactUrl(url),
			...(variables === undefined
				? {}
				: {variables: {...variables, ...Object.fromEntries(hidden.map(([name]) => [name, redacted]))}}),
			...(data === undefined ? {} : {data: data.map(discloseFeeder)}),
		},
		secrets: [...secretsIn(url), ...hidden.flatMap(([, value]) => (typeof value === 'string' ? [value] : []))],
	};
};

const some = (count: number, one: string): string => `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;

const limitsOf = (plan: SqlPlan): readonly string[] => {
	const {rate, connections, users, url, operations, tls} = plan;
	const isFile = url.startsWith('sqlite:');
	return [
		rate === undefined
			? `Closed loop: ${some(users, 'user')} over ${some(connections, 'connection')}; each waits for its answer before it asks again, so while the database stalls little is asked, and the stall counts once per user (coordinated omission). With a rate it would show.`
			: `Open loop over ${some(connections, 'connection')}: what is due and finds none free waits, and the wait counts.`,
		'Connections are made before the load: no latency includes making one, unless one breaks.',
		...(operations.some(({begin}) => begin !== undefined)
			? [
					'A transaction is one operation, from begin to commit; its statements are sent one after the other, as programs do it, and their times are metrics.',
				]
			: []),
		...(isFile
			? [
					'SQLite works in the load thread: its statements run one after the other, however large the pool is, and more threads (-w) are what runs at once. One that is under way cannot be broken off: timeout is how long a locked database is waited for.',
					'What SQLite reads from its cache cannot be told.',
				]
			: [
					'Rows are read by the driver to their end, counted and dropped: what a program does with them is not in it. Bytes are those of the sockets.',
				]),
		...(tls?.verify === false ? ['TLS certificates are not verified.'] : []),
	];
};

const pace: PaceWords = {
	operations: 'operations',
	late: 'The load generator asked',
	blame: 'part of the tail is its own. A quieter machine, a lower rate or more threads (-w) would help.',
};

/** PostgreSQL, MySQL, MariaDB and SQLite through a pool of connections. */
export const sqlEngine: Engine<SqlPlan> = {
	name: 'sql',
	about: 'SQL statements and transactions through a pool of connections: PostgreSQL, MySQL, MariaDB, SQLite',
	plan: sqlPlan,
	latencyMeans:
		"from when the operation was asked for (with a rate: was due) to the end of its result, waiting for a connection of the pool included; the metrics 'waiting for the pool' and 'on the connection' are its two parts",
	run: loadSql,
	probe: probeSql,
	split: splitSql,
	disclose,
	limits: limitsOf,
	doubts: ({rate}, total) => (rate === undefined ? [] : paceDoubts(total, pace)),
	steering: ({rate}) => ['pause', 'connections', ...(rate === undefined ? [] : (['rate'] as const))],
	suite: sqlSuite,
	panes: [
		'latency',
		'throughput',
		'metrics',
		'latency-over-time',
		'parts',
		'status',
		'resources',
		'events',
		'histogram',
		'deltas',
	],
};
