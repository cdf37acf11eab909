import {accessSync, closeSync, constants, statfsSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {resolve} from 'node:path';
import * as z from 'zod';
import type {Doubt} from '../../core/event.ts';
import {gaugeMean} from '../../core/gauge.ts';
import type {GaugeName} from '../../core/metric.ts';
import {coveredIn, endedIn, failedIn, type Snapshot} from '../../core/snapshot.ts';
import {formatBytes, formatCount, formatPercent, formatRate, parseBytes} from '../../core/units.ts';
import {BenchtopError, messageOf} from '../../errors.ts';
import {type Control, type Engine, type Recorder, type SuiteEntry, suiteEntry} from '../engine.ts';
import {type PaceWords, paceDoubts} from '../pace-doubts.ts';
import {alignedBytes, openFile, openNameless} from './io-file.ts';
import {failureOf, loadMedium, usualDuration} from './io-loop.ts';
import {loadNetwork} from './io-network.ts';
import {scheduleOf} from './io-pace.ts';
import {type FilePlan, type IoPlan, ioPlan, readShareOf, type SqlitePlan, splitIo} from './io-plan.ts';
import {openSqlite} from './io-sqlite.ts';

/** Left free beside the load's own file, for everybody else. Bytes. */
const spared = 64 * 1024 * 1024;
/** A table and its write-ahead log take more than what the rows hold. */
const sqliteShare = 2.5;
/** https://www.man7.org/linux/man-pages/man2/statfs.2.html */
const tmpfsMagic = 0x0102_1994;

/** Whether a folder lies in memory, on Linux; elsewhere not known. */
const isInMemory = (folder: string): boolean => {
	try {
		return process.platform === 'linux' && statfsSync(folder).type === tmpfsMagic;
	} catch {
		return false;
	}
};

const run = async (plan: IoPlan, recorder: Recorder, control: Control): Promise<void> => {
	if (control.signal.aborted) return;
	if (plan.medium === 'network') return loadNetwork(plan, recorder, control);
	const medium = plan.medium === 'file' ? await openFile(plan, control.signal) : await openSqlite(plan, control.signal);
	try {
		if (!control.signal.aborted) await loadMedium(medium, recorder, control, scheduleOf(plan));
	} finally {
		medium.close();
	}
};

const notMeasurable = (message: string, hint: string, cause?: unknown): BenchtopError =>
	new BenchtopError(message, {hint, exitCode: 4, cause});

const checkFolder = (folder: string): void => {
	try {
		accessSync(folder, constants.W_OK | constants.X_OK);
	} catch (error) {
		throw notMeasurable(
			`The folder ${folder} cannot be written to: ${failureOf(error)}.`,
			'Another one can be given as the folder of the load.',
			error,
		);
	}
};

const checkRoom = ({medium, folder, fileSize}: FilePlan | SqlitePlan): void => {
	const {bavail, bsize} = statfsSync(folder);
	const needed = Math.ceil(fileSize * (medium === 'sqlite' ? sqliteShare : 1)) + spared;
	const free = bavail * bsize;
	if (free >= needed) return;
	throw notMeasurable(
		`There is not enough room in ${folder}: ${formatBytes(free)} are free, and the load wants ${formatBytes(needed)}.`,
		'A smaller file or another folder would do.',
	);
};

/** Whether the file system takes what this plan will do, with a block of its own size. */
const checkDirect = ({folder, blockSize}: FilePlan): void => {
	const hint = 'Without "direct" the same load goes through the page cache.';
	if (constants.O_DIRECT === undefined) {
		throw notMeasurable(`There is no way past the page cache (O_DIRECT) on ${process.platform}.`, hint);
	}

	if (isInMemory(folder)) {
		throw notMeasurable(`The folder ${folder} lies in memory (tmpfs): there is no medium to go to directly.`, hint);
	}

	try {
		const {file, remove} = openNameless(folder, true);
		try {
			writeSync(file, alignedBytes(blockSize), 0, blockSize, 0);
		} finally {
			closeSync(file);
			remove();
		}
	} catch (error) {
		throw notMeasurable(
			`Blocks of ${formatBytes(blockSize)} cannot be written past the page cache (O_DIRECT) in ${folder}: ${failureOf(error)}.`,
			`${hint} With it, blocks are multiples of those of the file system, often 4k.`,
			error,
		);
	}
};

const checkSqlite = async (): Promise<void> => {
	try {
		await import('node:sqlite');
	} catch (error) {
		throw notMeasurable(
			`This Node.js has no SQLite: ${messageOf(error)}.`,
			'Node.js has it from 22.13 on, unless it was built without.',
			error,
		);
	}
};

const probe = async (plan: IoPlan): Promise<void> => {
	if (plan.medium === 'network') return;
	checkFolder(plan.folder);
	checkRoom(plan);
	if (plan.medium === 'sqlite') await checkSqlite();
	else if (plan.direct) checkDirect(plan);
};

const loopOf = ({rate}: IoPlan): string =>
	rate === undefined
		? 'Closed loop: a thread begins an operation when its last one is over, so a stall of the medium counts once per thread (coordinated omission). With a rate it would show.'
		: 'Open loop: an operation that is due while its thread still does another one waits, and the wait counts.';
const coarse =
	'Latencies are kept in whole microseconds: below some of them, percentiles are coarse, and the mean times among the metrics are exact.';

const fileLimits = (plan: FilePlan): string[] => [
	isInMemory(plan.folder)
		? 'The folder lies in memory (tmpfs): no disk is measured.'
		: plan.direct
			? 'Past the page cache (O_DIRECT); a cache of the device itself may still answer, also writes, unless they are brought to the medium (fsync).'
			: `Through the page cache: the file was written just before, so reads come from memory as far as it fits there, and writes are over when memory has them${plan.fsync === undefined ? '' : ', until they are brought to the medium (fsync)'}.`,
	'Blocks are written over that the file has already: finding room for new ones is not measured.',
	coarse,
	'Each call goes through Node.js, which adds some tenths of a microsecond: the metric "empty call" says how much there is no getting below.',
];

const limitsOf = (plan: IoPlan): string[] => {
	switch (plan.medium) {
		case 'file':
			return [loopOf(plan), ...fileLimits(plan), 'Each thread has a file of its own.'];
		case 'network':
			return [
				loopOf(plan),
				'Both ends run in this process and share its cores, over one connection per thread: latencies include what Node.js does at both ends.',
			];
		case 'sqlite':
			return [
				loopOf(plan),
				'Each thread has a database of its own, in WAL mode: waiting for the lock of another writer is not measured.',
				'Rows come from the caches of SQLite and of the operating system as far as they fit there.',
				...(isInMemory(plan.folder) ? ['The folder lies in memory (tmpfs): no disk is measured.'] : []),
			];
	}
};

/** Of what the disks did, this much more than the load's own is somebody else's: a share of it, and per second. */
const foreignShare = 0.5;
const foreignFloor = 50;
/** A load that no disk should see: such a busy one is busy for others. */
const busyDisk = 50;

const diskDoubts = (plan: FilePlan | SqlitePlan, total: Snapshot): Doubt[] => {
	const level = (name: GaugeName): number | undefined => {
		const gauge = total.gauges[name];
		return gauge === undefined ? undefined : gaugeMean(gauge);
	};
	const [reads, writes] = [level('host.disk.readIops'), level('host.disk.writeIops')];
	const seconds = coveredIn(total) / 1000;
	if (reads === undefined || writes === undefined || seconds === 0) return [];
	if (plan.medium === 'file' && plan.direct && plan.fsync === undefined) {
		const own = (endedIn(total) - failedIn(total)) / seconds;
		const foreign = reads + writes - own;
		return foreign > Math.max(foreignFloor, own * foreignShare)
			? [
					{
						kind: 'disk-shared',
						message: `The disks of this machine did ${formatRate(reads + writes)} operations per second, and the load ${formatRate(own)}: others used them meanwhile.`,
					},
				]
			: [];
	}

	const busy = level('host.disk.utilisation');
	return readShareOf(plan) === 1 && busy !== undefined && busy > busyDisk
		? [
				{
					kind: 'disk-shared',
					message: `A disk of this machine was busy ${formatPercent(busy)} of the time, though the load read what it had just written: others used it meanwhile, or the file does not fit into memory.`,
				},
			]
		: [];
};

const pace: PaceWords = {
	operations: 'operations',
	late: 'The load began',
	blame: "part of the tail is this machine's, not the medium's.",
};

const doubtsOf = (plan: IoPlan, total: Snapshot): Doubt[] => {
	const failed = failedIn(total);
	return [
		...(failed === 0
			? []
			: [
					{
						kind: 'io-errors',
						message: `${formatCount(failed)} operations failed (${Object.keys(total.failures).join(', ')}): the figures are of the others.`,
					},
				]),
		...(plan.rate === undefined ? [] : paceDoubts(total, pace)),
		...(plan.medium === 'network' ? [] : diskDoubts(plan, total)),
	];
};

const bytes = (about: string) =>
	z
		.union([z.string(), z.int().min(1)])
		.describe(`${about}; '4k', '256m', '1g' in powers of 1024, or a number of bytes`)
		.optional();

const members = () =>
	z.strictObject({
		workload: z.enum(['read', 'write', 'mixed']).describe('What the operations do'),
		medium: z
			.enum(['file', 'network', 'sqlite'])
			.describe('What is read and written: a file, a peer over the loopback network, or a table of SQLite')
			.optional(),
		blockSize: bytes('How much one operation moves (4k)'),
		readShare: z.number().min(0).max(1).describe('Mixed: which share of the operations reads (0.5)').optional(),
		rate: z
			.number()
			.positive()
			.describe('Operations per second, whether the last ones are over or not (each begins when the last is over)')
			.optional(),
		arrivals: z.enum(['even', 'poisson']).describe('With a rate: how operations become due (even)').optional(),
		seed: z.int().min(0).describe('The same seed gives the same operations in the same order (1)').optional(),
		pattern: z
			.enum(['sequential', 'random'])
			.describe('File, SQLite: in which order the blocks come (random)')
			.optional(),
		fileSize: bytes('File, SQLite: how much is kept, by all threads together (256m; SQLite 32m)'),
		folder: z
			.string()
			.min(1)
			.describe("File, SQLite: where it lies (the system's folder for temporary files)")
			.optional(),
		fsync: z.int().min(1).describe('File: after how many writes they are brought to the medium (never)').optional(),
		direct: z.boolean().describe('File: past the page cache, O_DIRECT (false)').optional(),
		statements: z.int().min(1).describe('SQLite: how many statements make a transaction (1)').optional(),
		synchronous: z.enum(['off', 'normal', 'full']).describe('SQLite: PRAGMA synchronous in WAL mode (full)').optional(),
	});

type Members = z.infer<ReturnType<typeof members>>;

/** Which members only some media take. */
const meantFor: Readonly<Partial<Record<keyof Members, readonly string[]>>> = {
	pattern: ['file', 'sqlite'],
	fileSize: ['file', 'sqlite'],
	folder: ['file', 'sqlite'],
	fsync: ['file'],
	direct: ['file'],
	statements: ['sqlite'],
	synchronous: ['sqlite'],
};

const bytesIn = (member: 'blockSize' | 'fileSize', given: string | number | undefined): number | undefined => {
	if (given === undefined || typeof given === 'number') return given;
	const read = parseBytes(given);
	if (read !== undefined && read > 0) return read;
	throw new BenchtopError(`${member}: ${JSON.stringify(given)} is no amount of bytes.`, {
		hint: "Amounts look like '512', '4k', '256m' or '1g'.",
	});
};

/** A load in few words: 'random read, 4.00K blocks, file'. */
export const targetOf = (plan: IoPlan): string =>
	plan.medium === 'network'
		? `${plan.workload}, ${formatBytes(plan.blockSize)} blocks, loopback network`
		: `${plan.pattern} ${plan.workload}, ${formatBytes(plan.blockSize)} blocks, ${plan.medium === 'file' ? 'file' : 'SQLite'} of ${formatBytes(plan.fileSize)}`;

/** The plan that members in people's words ask for. `folder`: relative paths are meant from there. */
export const planFromMembers = (given: Members, folder: string): IoPlan => {
	const medium = given.medium ?? 'file';
	for (const [member, media] of Object.entries(meantFor)) {
		if (member in given && !media.includes(medium)) {
			throw new BenchtopError(`${member}: The medium ${medium} takes none.`, {
				hint: `It is for ${media.join(' and ')}.`,
			});
		}
	}

	const {blockSize, fileSize, ...rest} = given;
	const sizes = {blockSize: bytesIn('blockSize', blockSize), fileSize: bytesIn('fileSize', fileSize)};
	return ioPlan.parse({
		...rest,
		medium,
		...(sizes.blockSize === undefined ? {} : {blockSize: sizes.blockSize}),
		...(sizes.fileSize === undefined ? {} : {fileSize: sizes.fileSize}),
		...(medium === 'network' ? {} : {folder: resolve(folder, given.folder ?? tmpdir())}),
	});
};

const suite: SuiteEntry<IoPlan> = suiteEntry('workload', members, async (given, place) => {
	const load = planFromMembers(given, place.folder);
	return {load, target: targetOf(load), duration: usualDuration, warmup: 1000};
});

/** Reads and writes of this machine: a file, the loopback network, or a table of SQLite. */
export const ioEngine: Engine<IoPlan> = {
	name: 'io',
	about:
		'Reads and writes of a file, over the loopback network or in SQLite transactions, one after the other in each thread',
	plan: ioPlan,
	latencyMeans:
		'one operation, with a rate from when it was due: a read, write or fsync of the file, a request and its response over the loopback, or a transaction from BEGIN to COMMIT',
	run,
	probe,
	split: splitIo,
	limits: limitsOf,
	doubts: doubtsOf,
	steering: () => ['pause'],
	suite,
	panes: ['parts', 'latency', 'throughput', 'metrics', 'latency-over-time', 'resources'],
};
