import type {Environment} from '../core/environment.ts';
import {printable} from '../core/printable.ts';
import {formatBytes} from '../core/units.ts';
import type {EarlierRun, InsightRule} from './rule.ts';

type Facts = Readonly<Record<string, string | undefined>>;

/** What of an environment figures depend on, in words; what was not known is absent. */
const factsOf = ({os, cpu, memory, container, virtualisation, versions}: Environment): Facts => ({
	CPU: cpu.model,
	cores: String(cpu.cores),
	'usable cores': String(cpu.usableCores),
	'CPU governor': cpu.governor,
	memory: formatBytes(memory.totalBytes),
	'CPU limit': container?.cpus === undefined ? undefined : String(container.cpus),
	'memory limit': container?.memoryBytes === undefined ? undefined : formatBytes(container.memoryBytes),
	virtualisation,
	'operating system': os.name,
	kernel: `${os.platform} ${os.release}`,
	...Object.fromEntries(Object.entries(versions).map(([name, version]) => [`${name} version`, version])),
});

/** What alone is no reason for other figures: they are reckoned in the same way. */
const harmless: ReadonlySet<string> = new Set(['benchtop version']);

/** Changes of facts that both sides know. */
const changesBetween = (before: Facts, after: Facts): readonly (readonly [what: string, from: string, to: string])[] =>
	Object.entries(after).flatMap(([what, to]) => {
		const from = before[what];
		return to === undefined || from === undefined || from === to ? [] : [[what, from, to] as const];
	});

/** The run to compare with: the last one with the same load on the same machine, else the last one with the same load. */
const reference = (
	earlier: readonly EarlierRun[],
	{fingerprint, environment, name}: EarlierRun,
): EarlierRun | undefined => {
	const same = earlier.filter((run) => run.name === name && run.fingerprint.workload === fingerprint.workload);
	return same.find((run) => run.environment.hostname === environment.hostname) ?? same[0];
};

/** The environment is another than that of the last run. */
export const environmentChanged: InsightRule = {
	kind: 'environment-changed',
	about: 'machine, kernel, governor or versions are others than at the last run',
	find: ({result, earlier}) => {
		const last = reference(earlier, result);
		if (last === undefined) return undefined;
		const changes = changesBetween(factsOf(last.environment), factsOf(result.environment)).filter(
			([what]) => !harmless.has(what),
		);
		if (changes.length === 0) return undefined;
		const words = changes.map(([what, from, to]) => printable(`${what} ${from} → ${to}`));
		const elsewhere = last.environment.hostname !== result.environment.hostname;
		return {
			kind: 'environment-changed',
			severity: 'medium',
			text: `Since the last run (${last.id.slice(0, 8)}) the environment changed: ${words.join('; ')}. A difference between the two runs may come from that, not from what is measured.`,
			recommendations: [
				elsewhere
					? 'Compare with runs of the same machine: benchtop history --machine lists them.'
					: 'Run the old version of what is measured once more in the new environment, and compare with that.',
				'Set a new baseline when the change is here to stay: benchtop baseline set NAME.',
			],
			figures: {
				run: last.id,
				began: last.began,
				...Object.fromEntries(changes.map(([what, from, to]) => [what, `${from} → ${to}`])),
			},
		};
	},
};
