import {readdirSync} from 'node:fs';
import type {Environment} from '../core/environment.ts';
import type {FindingFigure} from '../core/finding.ts';
import type {Machine} from '../monitor/machine.ts';

/**
 * How fit a host is in one respect, the worst last. `unknown`: it could not be read, and nothing is guessed. `note`:
 * worth knowing. `warning`: figures will be noisier than they need be. `bad`: figures will be wrong, or runs will fail.
 */
export const levels = ['good', 'unknown', 'note', 'warning', 'bad'] as const;
export type Level = (typeof levels)[number];

/** What a check found. */
export type Finding = {
	readonly level: Level;
	/** What is, in a few words. */
	readonly is: string;
	/** What to do about it, in words that make sense before the commands. */
	readonly advice?: string;
	/** The same as lines for a shell; they change nothing but what is advised. */
	readonly commands?: readonly string[];
	/** The same as `is` for scripts; units stand in the names. */
	readonly figures: Readonly<Record<string, FindingFigure>>;
};

/** What checks ask of a host. Tests hand in a folder that looks like one, with a time of its own. */
export type Host = Machine & {
	readonly platform: NodeJS.Platform;
	/** Waits so many milliseconds, for longer where the host is late; not at all once the user wants to leave. */
	readonly wait: (milliseconds: number) => Promise<void>;
	/** Puts this thread to sleep for so many milliseconds, or longer where the host is late. */
	readonly sleep: (milliseconds: number) => void;
	readonly environment: Environment;
	/** Where the history lies, or will lie: a folder, which need not be there yet. */
	readonly historyFolder: string;
	/** Bytes that this user may still write to where a folder lies. Throws where that cannot be told. */
	readonly freeBytes: (folder: string) => number;
	/** Names of benchmarks that benchtop runs at this moment. */
	readonly running: readonly string[];
	/** Node's options from the environment, without their values. */
	readonly nodeOptions: readonly string[];
};

/** One respect in which a host is looked at: a file in this folder, a line in `index.ts`. */
export type Check = {
	readonly name: string;
	readonly about: string;
	/** Why it matters for benchmarks, in one sentence. */
	readonly why: string;
	/** It takes times of this process, so that nothing else may happen in it meanwhile. */
	readonly alone?: boolean;
	/** Never rejects for what cannot be read: that is a finding. */
	readonly run: (host: Host) => Promise<readonly Finding[]>;
};

/** How long counters are watched for whether they rise. Milliseconds. */
export const watchTime = 1000;

const systems: Partial<Record<NodeJS.Platform, string>> = {darwin: 'macOS', win32: 'Windows', freebsd: 'FreeBSD'};

/** That something cannot be told, and why; with a command to look for oneself. */
export const unknown = (is: string, command?: string): Finding => ({
	level: 'unknown',
	is,
	...(command === undefined ? {} : {advice: 'Look for yourself:', commands: [command]}),
	figures: {},
});

type Commands = Partial<Record<NodeJS.Platform, string>>;

/** The same of what a file of Linux would say; `look` has commands by platform. */
export const notKnown = ({platform}: Host, file: string, look: Commands = {}): Finding =>
	unknown(
		platform === 'linux'
			? `${file} is missing or cannot be read`
			: `benchtop does not read this on ${systems[platform] ?? platform}`,
		look[platform],
	);

/** The same of what a virtual machine does not see, since it is its host's. */
export const notSeen = (host: Host, file: string, look: Commands = {}): Finding =>
	host.platform === 'linux' && isVirtualMachine(host)
		? unknown('this virtual machine does not see it, and its host may change it')
		: notKnown(host, file, look);

/** The names in a folder below the host's root, in their natural order; none where it cannot be read. */
export const namesIn = (host: Host, folder: string): readonly string[] => {
	try {
		return readdirSync(`${host.root}${folder}`).sort((a, b) => a.localeCompare(b, 'en', {numeric: true}));
	} catch {
		return [];
	}
};

/** The folders of the host's cores. */
export const coreFolders = (host: Host): readonly string[] =>
	namesIn(host, '/sys/devices/system/cpu')
		.filter((name) => /^cpu\d+$/.test(name))
		.map((name) => `${host.root}/sys/devices/system/cpu/${name}`);

/** Whether the host is a guest of another: what it says of processors may be the other's, or nobody's. */
export const isVirtualMachine = ({environment: {virtualisation}}: Host): boolean =>
	virtualisation !== undefined && !/^(?:Docker|Podman|Kubernetes)$/.test(virtualisation);

/** The worst of levels, `good` of none. */
export const worstOf = (found: readonly Level[]): Level =>
	found.reduce<Level>((worst, level) => (levels.indexOf(level) > levels.indexOf(worst) ? level : worst), 'good');

/** The level of a figure that should be small: the last of those whose limit it reaches. */
export const levelFrom = (figure: number, ...limits: ReadonlyArray<readonly [from: number, level: Level]>): Level =>
	limits.reduce<Level>((level, [from, next]) => (figure >= from ? next : level), 'good');

/** The level of a figure that should be large: the last of those below whose limit it is. */
export const levelBelow = (figure: number, ...limits: ReadonlyArray<readonly [below: number, level: Level]>): Level =>
	limits.reduce<Level>((level, [below, next]) => (figure < below ? next : level), 'good');
