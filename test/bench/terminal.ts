import {spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {pathToFileURL} from 'node:url';
import type {ReportDocument} from '../../source/export/json-schema.ts';
import {openPty, type Pty} from '../helpers/pty.ts';
import {cli, median, say, spread, startDemo} from './measure.ts';

type Size = {readonly columns: number; readonly rows: number};

/** What the viewer may cost at a size. */
type Budget = Size & {readonly cpu: number; readonly bytesPerSecond: number};

const budgets: readonly Budget[] = [
	{columns: 80, rows: 24, cpu: 1, bytesPerSecond: 2500},
	{columns: 120, rows: 40, cpu: 2, bytesPerSecond: 6000},
	{columns: 200, rows: 60, cpu: 3, bytesPerSecond: 12_000},
];

/** Rounds of each measurement; seconds of one. */
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 15);
const settling = 4000;
/** Rounds of the same load with the screen and without. */
const pairs = Number(process.env.BENCH_PAIRS ?? 9);
const presses = 9;
/** How long one run of the load may take, and how long an event loop is watched, in milliseconds. */
const longestRun = 30_000;
const watching = 8000;

const environment = {...process.env, CI: undefined, NO_COLOR: undefined};

/** CPU time of one process in milliseconds: its own, without the processes it started. */
const cpuOf = (pid: number): number => {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
	return (Number(fields[11]) + Number(fields[12])) * 10;
};

const residentOf = (pid: number): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

type Cost = {readonly cpu: number; readonly bytesPerSecond: number; readonly resident: number};

const costOf = async (pty: Pty): Promise<Cost> => {
	const [at, cpu, bytes] = [performance.now(), cpuOf(pty.pid), pty.bytes()];
	await sleep(seconds * 1000);
	const elapsed = performance.now() - at;
	return {
		cpu: (100 * (cpuOf(pty.pid) - cpu)) / elapsed,
		bytesPerSecond: ((pty.bytes() - bytes) * 1000) / elapsed,
		resident: residentOf(pty.pid),
	};
};

const end = async (pty: Pty, key: string): Promise<void> => {
	pty.type(key);
	await Promise.race([pty.exited, sleep(3000)]);
	pty.kill('SIGKILL');
};

/** Milliseconds from a key to the first byte that it made the viewer write. */
const answerTo = async (pty: Pty, key: string): Promise<number> => {
	const heard = new Promise<void>((resolve) => pty.onData(() => resolve()));
	const begin = performance.now();
	pty.type(key);
	await Promise.race([heard, sleep(1000)]);
	return performance.now() - begin;
};

type Peer = {readonly name: string; readonly words: readonly string[]};

const peers: readonly Peer[] = [
	{name: 'btop', words: ['btop', '--utf-force']},
	{name: 'htop', words: ['htop', '-d', '10']},
];

/** Of the viewer only. Milliseconds; bytes while nothing changed. */
type Looks = Cost & {
	readonly firstByte: number;
	readonly firstFrame: number;
	readonly key: number;
	readonly frozenBytes: number;
};

const viewerWords = (origin: string): readonly string[] => [
	...[process.execPath, cli, `${origin}/fast`, '-c', '10', '-R', '500'],
	...['-d', '10m', '--warmup', '1s', '--no-save'],
];

/** A demo of its own for each viewer: one that is not used for a while ends. */
const withDemo = async <Value>(work: (origin: string) => Promise<Value>): Promise<Value> => {
	const demo = await startDemo();
	try {
		return await work(demo.origin);
	} finally {
		demo.stop();
	}
};

/** The viewer, with the others beside it: their costs are of the same seconds. */
const screensAt = async (
	size: Size,
	origin: string,
	others: readonly Peer[],
): Promise<{readonly viewer: Looks; readonly costs: readonly Cost[]}> => {
	const begin = performance.now();
	let firstByte: number | undefined;
	let firstFrame: number | undefined;
	const pty = openPty(viewerWords(origin), size, environment);
	pty.onData((text) => {
		firstByte ??= performance.now() - begin;
		if (text.includes('\u001b[?2026l')) firstFrame ??= performance.now() - begin;
	});
	await sleep(settling);
	const beside = others.map(({words}) => openPty(words, size, {...environment, LANG: 'C.UTF-8'}));
	await sleep(settling);
	const [cost, ...costs] = await Promise.all([pty, ...beside].map(costOf));
	for (const other of beside) await end(other, 'q');
	// What an idle viewer costs says nothing.
	if (!pty.written().includes('RUNNING') || cost === undefined || cost.bytesPerSecond === 0) {
		throw new Error(`The viewer shows no run at ${size.columns}×${size.rows}.`);
	}

	pty.type(' ');
	await sleep(1500);
	const before = pty.bytes();
	await sleep(3000);
	const frozenBytes = pty.bytes() - before;
	const keys: number[] = [];
	for (let press = 0; press < presses; press++) {
		keys.push(await answerTo(pty, '?'));
		await sleep(150);
	}

	pty.type('\u0003');
	await end(pty, '\u0003');
	const key = median(keys);
	const viewer = {...cost, firstByte: firstByte ?? Number.NaN, firstFrame: firstFrame ?? Number.NaN, key, frozenBytes};
	return {viewer, costs};
};

/** The longest time in which the viewer's event loop did nothing else, once it runs, in milliseconds. */
const longestBlock = async (size: Size, origin: string, folder: string): Promise<number> => {
	const told = join(folder, 'longest');
	const watch = join(folder, 'watch.mjs');
	writeFileSync(
		watch,
		`import {monitorEventLoopDelay} from 'node:perf_hooks';
		import {writeFileSync} from 'node:fs';
		if (process.stdout.isTTY) {
			const delay = monitorEventLoopDelay({resolution: 1});
			setTimeout(() => { delay.enable(); }, ${settling}).unref();
			setInterval(() => writeFileSync(${JSON.stringify(told)}, String(delay.max / 1e6)), 1000).unref();
		}`,
	);
	const pty = openPty(viewerWords(origin), size, {
		...environment,
		NODE_OPTIONS: `--import ${pathToFileURL(watch).href}`,
	});
	await sleep(settling + 1000 + watching);
	pty.type('\u0003');
	await end(pty, '\u0003');
	// The resolution of the monitor is part of what it tells.
	return existsSync(told) ? Number(readFileSync(told, 'utf8')) - 1 : Number.NaN;
};

const isInstalled = (tool: string): boolean =>
	spawnSync('sh', ['-c', 'command -v "$0"', tool], {stdio: 'ignore'}).status === 0;

const row = (name: string, cells: readonly string[]): void =>
	say(`  ${name.padEnd(26)}${cells.map((cell) => cell.padEnd(24)).join('')}`);

const judged = (value: number, unit: string, most: number): string =>
	`${value.toFixed(most < 10 ? 2 : 0)} ${unit} (≤ ${most}${value <= most ? '' : ' ✗'})`;

const middle = <Name extends string>(of: ReadonlyArray<Readonly<Record<Name, number>>>, name: Name): number =>
	median(of.map((each) => each[name]));

const measureScreens = async (folder: string): Promise<void> => {
	const found = peers.filter(({name}) => isInstalled(name));
	for (const {name} of peers) {
		if (!found.some((each) => each.name === name)) say(`  ${name} is not installed (test/setup-engines installs it)`);
	}

	const viewers = budgets.map((): Looks[] => []);
	const blocks = budgets.map((): number[] => []);
	const others = budgets.map(() => found.map((): Cost[] => []));
	const empty: number[] = [];
	for (let round = 0; round < rounds; round++) {
		for (const [index, size] of budgets.entries()) {
			const begin = performance.now();
			spawnSync(process.execPath, ['-e', '0']);
			empty.push(performance.now() - begin);
			const {viewer, costs} = await withDemo((origin) => screensAt(size, origin, found));
			viewers[index]!.push(viewer);
			for (const [position, cost] of costs.entries()) others[index]![position]!.push(cost);
			blocks[index]!.push(await withDemo((origin) => longestBlock(size, origin, folder)));
			say(`  round ${round + 1} of ${rounds} at ${size.columns}×${size.rows}: ${viewer.cpu.toFixed(2)} %`);
		}
	}

	say(
		`the viewer on a pty, numbers 4/s, charts 1/s; medians of ${rounds} rounds of ${seconds} s; in brackets the budget`,
	);
	row(
		'',
		budgets.map(({columns, rows}) => `${columns}×${rows}`),
	);
	const line = (name: string, cell: (looks: readonly Looks[], budget: Budget, index: number) => string): void =>
		row(
			name,
			budgets.map((budget, index) => cell(viewers[index]!, budget, index)),
		);
	line('CPU', (looks, {cpu}) => judged(middle(looks, 'cpu'), '%', cpu));
	line('written', (looks, {bytesPerSecond}) =>
		judged(middle(looks, 'bytesPerSecond') / 1000, 'KB/s', bytesPerSecond / 1000),
	);
	line('memory', (looks) => judged(middle(looks, 'resident'), 'MB', 110));
	line('first byte', (looks) => judged(middle(looks, 'firstByte'), 'ms', 60));
	line('first whole frame', (looks) => judged(middle(looks, 'firstFrame'), 'ms', 150));
	line('key to repaint', (looks) => judged(middle(looks, 'key'), 'ms', 50));
	line('longest block', (_, __, index) => judged(median(blocks[index]!), 'ms', 10));
	line('while nothing changes', (looks) => judged(middle(looks, 'frozenBytes'), 'bytes', 0));
	for (const [position, {name}] of found.entries()) {
		row(
			name,
			others.map((costs) => {
				const of = costs[position]!;
				return `${middle(of, 'cpu').toFixed(2)} % ${(middle(of, 'bytesPerSecond') / 1000).toFixed(1)} KB/s ${middle(of, 'resident').toFixed(0)} MB`;
			}),
		);
	}

	say(`  an empty Node.js in the same rounds: ${median(empty).toFixed(0)} ms`);
};

const keys = ['p50', 'p99', 'p999', 'rate'] as const;
type Figures = Record<(typeof keys)[number], number>;

/** Whether drawing moves what is measured: the same load with the screen and with --json alone, in paired rounds. */
const measureLoad = async (origin: string, folder: string): Promise<void> => {
	const out = join(folder, 'out.json');
	const load = [
		process.execPath,
		cli,
		`${origin}/fast`,
		'-c',
		'10',
		'-d',
		'5s',
		'--warmup',
		'1s',
		'--no-save',
		`--json=${out}`,
	];
	const figures = (): Figures => {
		const report: ReportDocument = JSON.parse(readFileSync(out, 'utf8'));
		const {latency, throughput} = report.results[0]!.summary;
		return {p50: latency.p50 ?? 0, p99: latency.p99 ?? 0, p999: latency.p999 ?? 0, rate: throughput.mean ?? 0};
	};
	const run = async (screen: boolean): Promise<Figures> => {
		if (screen) {
			const pty = openPty(load, {columns: 120, rows: 40}, environment);
			// Keys that come before the run is over would ask whether to stop it.
			const asking = setInterval(() => {
				if (/DONE|STOPPED|FAILED/.test(pty.written())) pty.type('q');
			}, 200);
			await Promise.race([pty.exited, sleep(longestRun)]);
			clearInterval(asking);
			pty.kill('SIGKILL');
		} else {
			const [file = '', ...rest] = load;
			const child = spawn(file, [...rest, '-q'], {stdio: ['ignore', 'ignore', 'inherit']});
			await once(child, 'exit');
		}

		return figures();
	};
	const kinds = ['screen', 'without', 'again'] as const;
	const measured: Record<(typeof kinds)[number], Figures[]> = {screen: [], without: [], again: []};
	await run(false);
	for (let round = 0; round < pairs; round++) {
		// Each kind comes first, second and third equally often.
		for (const kind of [0, 1, 2].map((step) => kinds[(round + step) % 3]!))
			measured[kind].push(await run(kind === 'screen'));
	}

	const ratios = (a: readonly Figures[], b: readonly Figures[], key: keyof Figures): number[] =>
		a.map((each, round) => each[key] / b[round]![key]);
	say(
		`the same load with the screen (120×40) and with --json, ${pairs} rounds of 5 s in turn: ratio, median (least–most)`,
	);
	row('', ['screen / --json', '--json / --json (noise)']);
	for (const key of keys) {
		const ratio = ratios(measured.screen, measured.without, key);
		const budget = key === 'p999' ? ` (≤ 1.05${median(ratio) <= 1.05 ? '' : ' ✗'})` : '';
		row(key, [spread(ratio) + budget, spread(ratios(measured.again, measured.without, key))]);
	}
};

/** The full screen against its budget, beside other monitors, and what it does to a load. */
export const terminal = async (): Promise<void> => {
	const folder = mkdtempSync(join(tmpdir(), 'benchtop-bench-'));
	try {
		if (process.platform === 'linux') await measureScreens(folder);
		else say('  CPU and memory are read from /proc: only on Linux');
		if (pairs > 0) await withDemo((origin) => measureLoad(origin, folder));
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};
