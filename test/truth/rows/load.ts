import {spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createConnection} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseEvent, type RunCommand, type RunEvent} from '../../../source/core/event.ts';
import {type ReportDocument, reportSchema} from '../../../source/export/json-schema.ts';
import {type RunningRun, runningRuns} from '../../../source/run/registry.ts';
import {cliPath, environmentOf} from '../../helpers/environment.ts';
import {certificate} from '../servers/certificate.ts';
import {startTarget} from '../servers/start.ts';
import {type Figures, percentilesOf, watch} from '../tools/tool.ts';
import {offGrid} from './latency.ts';
import {atLeast, atMost, type Claim, cannot, ended, near, observe, ownClaims, type Row, shown, verdict} from './row.ts';

/** Exit code 4, "it could not be measured", is benchtop's own; any other tool does well not to say 0. */
const saysFailed = (figures: Figures, cause: RegExp, ownEngine: boolean): readonly Claim[] => [
	ended(figures),
	ownEngine ? near('exit code', figures.code ?? undefined, 4, 0) : [figures.code !== 0, `exit code ${figures.code}`],
	[cause.test(figures.output), 'does not name the cause'],
];

const isOwn = (name: string): boolean => name.startsWith('benchtop');

const refused: Row = {
	id: '11a',
	situation: 'a port that refuses',
	truth: 'exit code 4 (others: not 0), the cause named',
	alone: false,
	judge: async (tool, scale) => {
		const target = await startTarget({replies: ['ok']});
		await target.close();
		const figures = await tool.measure({url: target.url, connections: 4, duration: 1000 * scale, rate: 100});
		const closed = figures ?? (await tool.measure({url: target.url, connections: 4, duration: 1000 * scale}));
		if (closed === undefined) return cannot;
		return verdict(
			saysFailed(closed, /refused/i, isOwn(tool.name)).toSpliced(0, 0, [true, `exit code ${closed.code}`]),
		);
	},
};

const nameless: Row = {
	id: '11b',
	situation: 'a name without an address',
	truth: 'exit code 4 (others: not 0), the cause named',
	alone: false,
	judge: async (tool, scale) => {
		const load = {url: 'http://benchtop.invalid/', connections: 4, duration: 1000 * scale};
		const figures = (await tool.measure(load)) ?? (await tool.measure({...load, rate: 100}));
		if (figures === undefined) return cannot;
		const cause = /no address|no such host|ENOTFOUND|EAI_AGAIN|resolv|lookup|look up|not known|Temporary failure/i;
		return verdict([[true, `exit code ${figures.code}`], ...saysFailed(figures, cause, isOwn(tool.name))]);
	},
};

const untrusted: Row = {
	id: '11c',
	situation: 'a certificate that nobody vouches for',
	truth: 'exit code 4, the cause named; with --insecure it is measured',
	alone: false,
	needs: 'openssl',
	judge: async (tool, scale) => {
		const tls = certificate();
		if (tls === undefined) return {mark: '–', said: 'openssl is not installed'};
		const plan = {replies: ['ok'], tls} as const;
		const seen = await observe(tool, plan, {connections: 4, duration: 500 * scale, verify: true});
		const insecure = await observe(tool, plan, {connections: 4, duration: 500 * scale});
		if (seen === undefined || insecure === undefined) return cannot;
		return verdict([
			[true, `exit code ${seen.figures.code}`],
			...saysFailed(seen.figures, /certificate/i, isOwn(tool.name)),
			atLeast('replies when told not to verify', insecure.figures.replies, 10),
		]);
	},
};

const gone: Row = {
	id: '11d',
	situation: 'after 1 s of 3 the port refuses',
	truth: 'backs off: at most 25 attempts a second on each connection, all counted',
	alone: false,
	judge: async (tool, scale) => {
		const connections = 4;
		const seen = await observe(
			tool,
			{replies: ['ok'], delay: 2, goneAfter: 1000},
			{connections, duration: 3000 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			atMost('failures', figures.failures, 25 * connections * 2 * scale),
			atLeast('failures', figures.failures, connections),
			near('replies', figures.replies, log.ended.ok ?? 0, connections),
			ended(figures),
		]);
	},
};

const threads: Row = {
	id: '13',
	situation: 'two threads share 5 connections and 101 requests per second',
	truth: '5 connections, 101 per second by the target, evenly (1 ms, median); counts agree; every second is told',
	alone: true,
	judge: async (tool, scale) => {
		const duration = 3000 * scale;
		const seen = await observe(tool, {replies: ['ok'], delay: 2}, {connections: 5, rate: 101, threads: 2, duration});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			near('requests', log.requests, (101 * duration) / 1000, 5),
			near('connections', log.mostConnections, 5, 0),
			near('replies', figures.replies, log.ended.ok ?? 0, 5),
			atMost('ms off an even grid', offGrid(log.arrivals, 101), 1),
			[figures.report !== undefined, 'nothing live'],
			...ownClaims(figures, ({timeline}) => [
				atLeast('seconds told', timeline.filter(({rate}) => (rate ?? 0) > 0).length, duration / 1000),
			]),
		]);
	},
};

/** What a run whose load was changed says, and when it was told to. Microseconds since the epoch. */
type SteeredRun = {
	readonly told: Readonly<Record<'rate' | 'pause' | 'resume', number>>;
	readonly report: ReportDocument['results'][number];
};

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const eventually = async <Value>(read: () => Value | undefined): Promise<Value> => {
	const end = performance.now() + 10_000;
	for (;;) {
		const value = read();
		if (value !== undefined) return value;
		if (performance.now() > end) throw new Error('It did not come about in time.');
		await sleep(10);
	}
};

const steer = async (url: string, engine: string, stretch: number): Promise<SteeredRun> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-truth-'));
	const duration = 3 * stretch;
	const words = [url, '--engine', engine, '-c', '10', '-R', '100', '-d', `${duration}ms`, '--warmup', '0', '--no-save'];
	const child = spawn(process.execPath, [cliPath, ...words, '--json'], {
		cwd: folder,
		env: environmentOf(folder),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const over = watch(child, 4 * stretch);
	try {
		const registry = join(folder, `benchtop-${process.getuid?.()}`);
		const run: RunningRun = await eventually(() => (existsSync(registry) ? runningRuns(registry)[0] : undefined));
		const events = (): RunEvent[] =>
			(existsSync(run.log) ? readFileSync(run.log, 'utf8') : '').split('\n').flatMap((line) => parseEvent(line) ?? []);
		await eventually(() => (events().some(({kind}) => kind === 'snapshot') ? true : undefined));
		const control = createConnection(run.socket);
		control.on('error', () => {});
		control.resume();
		const tell = (command: RunCommand): number => {
			control.write(`${JSON.stringify(command)}\n`);
			return (performance.timeOrigin + performance.now()) * 1000;
		};
		const rate = tell({command: 'steer', rate: 400});
		await sleep(stretch);
		const pause = tell({command: 'pause'});
		await sleep(stretch);
		const resume = tell({command: 'resume'});
		const {stdout} = await over;
		control.destroy();
		const report = reportSchema.parse(JSON.parse(stdout)).results[0];
		if (report === undefined) throw new Error('The run has no result.');
		return {told: {rate, pause, resume}, report};
	} finally {
		await over;
		rmSync(folder, {recursive: true, force: true, maxRetries: 5});
	}
};

const steering: Row = {
	id: '14',
	situation: 'rate 100 → 400, pause, resume, while it runs',
	truth: 'settled 100 ms later by the target; each is on the time line',
	alone: true,
	judge: async (tool, scale) => {
		if (!isOwn(tool.name)) return cannot;
		const stretch = 1000 * scale;
		const target = await startTarget({replies: ['ok']});
		try {
			const engine = tool.name.includes('autocannon') ? 'autocannon' : 'http';
			const {told, report} = await steer(target.url, engine, stretch);
			const {arrivals} = await target.log();
			const within = (from: number, to: number): number => arrivals.filter((at) => at >= from && at < to).length;
			const settle = 100_000;
			const expected = (400 * (stretch - 100)) / 1000;
			return verdict([
				near('requests after the change', within(told.rate + settle, told.pause), expected, 0.1 * expected),
				near('requests in the pause', within(told.pause + settle, told.resume), 0, 0),
				near('requests after the pause', within(told.resume + settle, told.resume + settle + 400_000), 160, 16),
				near('paused, ms', report.pausedMs, (told.resume - told.pause) / 1000, 100),
				[
					report.marks.some(({text}) => /rate 100.* → 400/.test(text)),
					`on the time line: ${report.marks.map(({text}) => text).join(', ') || 'nothing'}`,
				],
			]);
		} finally {
			await target.close();
		}
	},
};

const saturated: Row = {
	id: '15',
	situation: '500 000 requests per second are asked of it',
	truth: 'says that they were not reached, and that its figures are not to be trusted',
	alone: true,
	judge: async (tool, scale) => {
		const rate = 500_000;
		const seen = await observe(
			tool,
			{replies: ['ok']},
			{connections: 10, mostConnections: 10, rate, duration: 1500 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures} = seen;
		const {report} = figures;
		if (report === undefined) return {mark: '✗', said: `${shown(figures.rate)} per second, without a word`};
		const kinds = report.validity.reasons.map(({kind}) => kind).join(', ');
		return verdict([
			[!report.validity.trustworthy && kinds !== '', `said: ${kinds || 'nothing'}`],
			[/rate-missed|generator-saturated/.test(kinds), 'does not say that the rate was not reached'],
			atLeast('offered', report.summary.operations.offered, 0.9 * rate * 1.5 * scale),
		]);
	},
};

const flooded: Row = {
	id: '15b',
	situation: '20 000 requests per second over 5 000 connections',
	truth: 'goes on reading while it sends: at least 1 000 replies per second, as many as there were',
	alone: true,
	judge: async (tool, scale) => {
		const connections = 5000;
		const duration = 2500 * scale;
		const seen = await observe(tool, {replies: ['ok']}, {connections, mostConnections: 15_000, rate: 20_000, duration});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		return verdict([
			atLeast('replies', figures.replies, duration),
			near('replies', figures.replies, log.ended.ok ?? 0, connections),
			ended(figures),
		]);
	},
};

const many: Row = {
	id: '16',
	situation: 'as many requests as it can, 64 connections',
	truth: "mean × rate = 64 connections (Little's law, ±6 %); memory does not grow with the run",
	alone: true,
	judge: async (tool, scale) => {
		const connections = 64;
		const seen = await observe(tool, {replies: ['ok']}, {connections, duration: 3000 * scale});
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const {mean} = figures.latency;
		const busy = mean === undefined || figures.rate === undefined ? undefined : (mean * figures.rate) / 1000;
		const grown = (figures.memory.most - figures.memory.early) / 2 ** 20;
		return verdict([
			near('mean × rate', busy, connections, 0.06 * connections),
			atMost('MiB more in its second half', grown, 48),
			near('replies', figures.replies, log.ended.ok ?? 0, connections),
		]);
	},
};

const pipelined: Row = {
	id: '17',
	situation: '8 requests in flight on each of 4 connections, 1 000 per second',
	truth: 'the rate holds, by the target; p50 as without',
	alone: true,
	judge: async (tool, scale) => {
		const seen = await observe(
			tool,
			{replies: ['ok'], delay: 2},
			{connections: 4, mostConnections: 4, pipelining: 8, rate: 1000, duration: 2000 * scale},
		);
		if (seen === undefined) return cannot;
		const {figures, log} = seen;
		const {p50 = 0} = percentilesOf(log.services.map((microseconds) => microseconds / 1000));
		return verdict([
			near('requests', log.requests, 2000 * scale, 40 * scale),
			near('replies', figures.replies, log.ended.ok ?? 0, 32),
			near('p50', figures.latency.p50, p50, 1.5),
		]);
	},
};

export const loadRows: readonly Row[] = [
	refused,
	nameless,
	untrusted,
	gone,
	threads,
	steering,
	saturated,
	flooded,
	many,
	pipelined,
];
