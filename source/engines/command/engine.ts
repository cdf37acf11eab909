import {createHash} from 'node:crypto';
import type {Doubt} from '../../core/event.ts';
import {censoredQuantile} from '../../core/histogram.ts';
import {isSecretName} from '../../core/secret.ts';
import {endedIn, failedIn, type Snapshot} from '../../core/snapshot.ts';
import {formatCount, formatDuration, formatMilliseconds} from '../../core/units.ts';
import type {Engine} from '../engine.ts';
import {bestWay} from './launcher.ts';
import {loadByCommand} from './load.ts';
import {type CommandPlan, commandPlan} from './plan.ts';
import {probeCommand} from './program.ts';
import {secretsIn, secretsInLine, withoutSecrets} from './secrets.ts';
import {commandSuite} from './suite.ts';

/** Against the spread of a shell's own start-up, what is left of shorter runs is little. Milliseconds. */
const shortest = 5;

/** All that must not be kept of the plan's words. */
const secretsOf = (plan: CommandPlan): readonly string[] => {
	const all = [plan.command, ...plan.prepare, ...plan.conclude, ...plan.cleanup];
	return [
		...secretsInLine(plan.line),
		...all.flatMap(secretsIn),
		// The last word may be a line for a shell.
		...(plan.shell === undefined ? [] : all.flatMap((words) => secretsInLine(words.at(-1) ?? ''))),
		...Object.entries(plan.environment).flatMap(([name, value]) => (isSecretName(name) ? [value] : [])),
	].filter((secret) => secret !== '');
};

const disclose = (plan: CommandPlan) => {
	const secrets = secretsOf(plan);
	const hide = (text: string): string => withoutSecrets(text, secrets);
	const {stdin, environment, line, command, prepare, conclude, cleanup, ...rest} = plan;
	const bytes = stdin !== undefined && 'text' in stdin ? Buffer.from(stdin.text) : undefined;
	return {
		plan: {
			...rest,
			line: hide(line),
			command: command.map(hide),
			prepare: prepare.map((words) => words.map(hide)),
			conclude: conclude.map((words) => words.map(hide)),
			cleanup: cleanup.map((words) => words.map(hide)),
			environment: Object.keys(environment).sort(),
			...(stdin === undefined
				? {}
				: {
						stdin:
							bytes === undefined
								? stdin
								: {bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')},
					}),
		},
		secrets,
	};
};

const limitsOf = ({shell, timeout, output}: CommandPlan): readonly string[] => {
	const way = bestWay();
	return [
		...(shell === undefined
			? []
			: [
					`The shell's own start-up (median of runs with an empty line) is subtracted from each time and from the CPU time, never below 0: of runs shorter than ${shortest} ms little is sure.`,
				]),
		...(way === 'node'
			? ['CPU time and peak memory of the command cannot be read on this system, and its end is seen a little late.']
			: [
					'CPU time is that of the command and of all descendants that were waited for; peak memory that of the largest single process among them, not of all together.',
					"The kernel tells user from system time by looking now and then: of short runs only the sum, the metric 'CPU', is exact.",
				]),
		...(output === 'discard'
			? []
			: ['Output goes into a file, of which only the end is kept: writing it is part of the run.']),
		...(timeout === undefined
			? []
			: [`A run that takes longer than ${formatDuration(timeout)} is ended and counts as failed.`]),
	];
};

const doubtsOf = ({shell}: CommandPlan, total: Snapshot): readonly Doubt[] => {
	const [failed, ended] = [failedIn(total), endedIn(total)];
	const median = censoredQuantile(total.latency, total.waiting, 0.5);
	const ways = Object.keys(total.failures).join(', ');
	return [
		...(failed > 0
			? [
					{
						kind: 'failed-runs',
						message: `${formatCount(failed)} of ${formatCount(ended)} runs failed (${ways}), and their times are among the others: one that fails early is quick.`,
					},
				]
			: []),
		...(shell !== undefined && median !== undefined && median < shortest * 1000
			? [
					{
						kind: 'short-with-shell',
						message: `Half of the runs took less than ${formatMilliseconds(median / 1000)} ms more than the shell they ran in: such a difference is unsure. Without a shell it would be measured itself.`,
					},
				]
			: []),
	];
};

/** Runs of a command: builds, tests, deployments, scripts. */
export const commandEngine: Engine<CommandPlan> = {
	name: 'command',
	about:
		'runs of a command, one after the other: builds, tests, scripts; with CPU time, peak memory and figures of its own',
	plan: commandPlan,
	latencyMeans: "from starting the command to its end; of a line for a shell, the shell's own start-up is subtracted",
	run: loadByCommand,
	probe: probeCommand,
	disclose,
	limits: limitsOf,
	doubts: doubtsOf,
	steering: () => ['pause'],
	timedElsewhere: true,
	suite: commandSuite,
	panes: ['metrics', 'latency', 'status', 'events', 'latency-over-time', 'histogram', 'resources', 'deltas'],
};
