import {statfsSync} from 'node:fs';
import {dirname} from 'node:path';
import type {Flags} from '../config/flags.ts';
import {systemClock} from '../core/clock.ts';
import type {Host} from '../doctor/check.ts';
import {type Diagnosis, diagnose, isUnfit, type NoiseOutcome} from '../doctor/diagnosis.ts';
import {examine} from '../doctor/index.ts';
import {readEnvironment} from '../monitor/environment.ts';
import {thisMachine} from '../monitor/machine.ts';
import {environmentFingerprint} from '../run/fingerprint.ts';
import {runningRuns} from '../run/registry.ts';
import {runtimeFolder} from '../run/runtime-folder.ts';
import {runsFolder} from '../store/location.ts';
import {version} from '../version.ts';
import type {Surroundings} from './command.ts';
import {signalCodes} from './conclude.ts';
import {findingsText, headingText, noiseText, verdictText} from './doctor-text.ts';
import {historyLocation} from './history-location.ts';
import {measureNoise, type NoiseOrder} from './measure-noise.ts';
import {openOutput} from './output.ts';
import {wantsJsonAlone} from './write-json.ts';

/** Bytes that this user may write to where a folder lies, or will lie. Throws what the system says. */
const freeBytes = (folder: string): number => {
	try {
		const {bavail, bsize} = statfsSync(folder);
		return bavail * bsize;
	} catch (error) {
		if (dirname(folder) === folder) throw error;
		return freeBytes(dirname(folder));
	}
};

/** Node's options in the environment, without their values, which may be anything. */
const nodeOptionsOf = (text = ''): readonly string[] => text.match(/(?<=^|\s)--?[A-Za-z][\w-]*/g) ?? [];

const openHost = async (flags: Flags, surroundings: Surroundings, leaving: AbortSignal): Promise<Host> => {
	const {environment: variables, folder} = surroundings;
	const location = await historyLocation(flags, surroundings);
	const cell = new Int32Array(new SharedArrayBuffer(4));
	return {
		...thisMachine,
		platform: process.platform,
		wait: (milliseconds) => systemClock.sleep(milliseconds, leaving),
		sleep: (milliseconds) => {
			Atomics.wait(cell, 0, 0, milliseconds);
		},
		environment: await readEnvironment({folder, benchtop: version, versions: {}}),
		historyFolder: dirname(runsFolder(location, variables)),
		freeBytes,
		running: runningRuns(runtimeFolder(variables)).map(({name}) => name),
		nodeOptions: nodeOptionsOf(variables.NODE_OPTIONS),
	};
};

type SignalName = keyof typeof signalCodes;

/** Hears the first signal to leave, and calls `hurry` at a second one; npm and shells may deliver one Ctrl-C twice. */
const hearSignals = (): {
	readonly leaving: AbortSignal;
	readonly hurry: AbortSignal;
	readonly heard: () => SignalName | undefined;
	readonly close: () => void;
} => {
	const impatience = 250;
	const [leaving, hurry] = [new AbortController(), new AbortController()];
	let first: SignalName | undefined;
	let at = 0;
	const hear = (name: NodeJS.Signals): void => {
		if (first === undefined) {
			first = name === 'SIGTERM' || name === 'SIGHUP' ? name : 'SIGINT';
			at = performance.now();
			leaving.abort();
		} else if (performance.now() - at > impatience) hurry.abort();
	};
	const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	for (const name of names) process.on(name, hear);
	return {
		leaving: leaving.signal,
		hurry: hurry.signal,
		heard: () => first,
		close: () => {
			for (const name of names) process.removeListener(name, hear);
		},
	};
};

/** What is to be done: the noise floor, unless it is left out, and what counts as a failure. */
export type Examination = {readonly noise: NoiseOrder | undefined; readonly strict: boolean};

/** Looks at the host, tells it in words or as a document, and returns the exit code. */
export const examineAndTell = async (
	{noise: order, strict}: Examination,
	flags: Flags,
	surroundings: Surroundings,
): Promise<number> => {
	const {stdout, stderr, environment: variables} = surroundings;
	const alone = flags.has('json') && wantsJsonAlone(flags);
	const file = flags.text('json');
	// Known to be writable before half a minute is spent.
	const output = file === undefined || alone ? undefined : openOutput(file, surroundings.folder);
	const width = Math.min(100, Math.max(72, stdout.columns ?? 80));
	const tell = (text: string): void => {
		if (!alone) stdout.write(text);
	};
	const isWatched = stderr.isTTY === true && variables.TERM !== 'dumb';
	const progress = (text: string): void => {
		if (isWatched) stderr.write(`\r\u001B[K${text}`);
	};
	const signals = hearSignals();
	try {
		const began = new Date().toISOString();
		const host = await openHost(flags, surroundings, signals.leaving);
		tell(headingText(host.environment, width));
		progress('Looking at the host …');
		const findings = await examine(host);
		progress('');
		const early = signals.heard();
		// What was watched for less than its second says nothing.
		if (early !== undefined) return signalCodes[early];
		tell(findingsText(findings, width));
		const noise = await noiseFloor(order, host, {progress, signals}, surroundings);
		progress('');
		tell(noiseText(noise, width));
		const diagnosis: Diagnosis = diagnose({
			tool: {name: 'benchtop', version},
			began,
			environment: host.environment,
			fingerprint: {environment: environmentFingerprint(host.environment)},
			findings,
			noise,
		});
		tell(verdictText(diagnosis, width));
		const document = `${JSON.stringify(diagnosis, undefined, '\t')}\n`;
		if (alone) stdout.write(document);
		else output?.write(document);
		const signal = signals.heard();
		if (signal !== undefined) return signalCodes[signal];
		return isUnfit(diagnosis, strict) ? 1 : 0;
	} finally {
		signals.close();
	}
};

const noiseFloor = async (
	order: NoiseOrder | undefined,
	host: Host,
	{progress, signals}: {readonly progress: (text: string) => void; readonly signals: ReturnType<typeof hearSignals>},
	surroundings: Surroundings,
): Promise<NoiseOutcome> => {
	if (order === undefined) return {state: 'skipped', because: 'it was left out (--quick)'};
	if (host.running.length > 0)
		return {state: 'skipped', because: 'another benchmark is running, and two at once measure each other'};
	return measureNoise(
		order,
		{...signals, onRound: (words) => progress(`Measuring how much runs differ: ${words} …`)},
		surroundings,
	);
};
