import type {Environment} from '../core/environment.ts';
import {printable} from '../core/printable.ts';
import {formatDuration, formatMilliseconds, formatPercent} from '../core/units.ts';
import {displayWidth} from '../core/width.ts';
import {type Level, levels} from '../doctor/check.ts';
import type {Diagnosis, NoiseOutcome} from '../doctor/diagnosis.ts';
import type {Found} from '../doctor/index.ts';
import {type MetricNoise, noiseLevel} from '../doctor/noise-floor.ts';
import {alignColumns} from '../export/columns.ts';

const signs = {good: '✓ good', unknown: '? not known', note: '· note', warning: '! warning', bad: '✗ bad'} as const;
const signColumn = 13;
const nameColumn = 17;

const wrap = (text: string, width: number): readonly string[] => {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const line = lines.at(-1);
		const longer = line === undefined ? word : `${line} ${word}`;
		if (line === undefined || displayWidth(longer) > width) lines.push(word);
		else lines[lines.length - 1] = longer;
	}

	return lines;
};

/** A text in lines of a width, the first behind `first`, the others as far in. */
const hang = (first: string, text: string, width: number): string[] =>
	wrap(text, Math.max(20, width - displayWidth(first))).map((line, index) =>
		`${index === 0 ? first : ' '.repeat(displayWidth(first))}${line}`.trimEnd(),
	);

const paragraph = (text: string, width: number): string[] => hang(' '.repeat(signColumn), text, width);

/** Where it was looked: '# vm, Debian 12, 2 cores of …'. */
export const headingText = (environment: Environment, width: number): string => {
	const {hostname, os, cpu, versions} = environment;
	const words = [
		hostname,
		os.name ?? `${os.platform} ${os.release}`,
		`${cpu.cores} ${cpu.cores === 1 ? 'core' : 'cores'} of ${cpu.model}`,
		`Node.js ${versions.node}`,
		`benchtop ${versions.benchtop}`,
	].join(', ');
	return `${hang('Is this host fit to measure on?  ', words, width).join('\n')}\n\n`;
};

const isExplained = (level: Level): boolean => level !== 'good' && level !== 'unknown';

/** What the same check has said before is not said again. */
const findingLines = (
	{level, check, is, why, advice, commands = []}: Found,
	width: number,
	isSaid: boolean,
): string[] => {
	// Lines to copy are left whole.
	const steps = commands.map((command) => `${' '.repeat(signColumn + 2)}${command}`);
	const first = hang(`${signs[level].padEnd(signColumn)}${check.padEnd(nameColumn)}`, printable(is), width);
	if (level === 'good' || isSaid) return first;
	return [
		...first,
		...(isExplained(level) ? paragraph(why, width) : []),
		...(advice === undefined ? [] : paragraph(advice, width)),
		...steps,
	];
};

/** What was found, the worst first. */
export const findingsText = (findings: readonly Found[], width: number): string => {
	const sorted = [...findings].sort((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level));
	const isSaid = (finding: Found, index: number): boolean =>
		sorted.slice(0, index).some(({check, level}) => check === finding.check && isExplained(level));
	return `${sorted.flatMap((finding, index) => findingLines(finding, width, isSaid(finding, index))).join('\n')}\n`;
};

const percent = (share: number): string => formatPercent(share * 100);

const noiseRow = ({metric, deviation, floor, low, high, level}: MetricNoise): readonly string[] => [
	metric,
	percent(deviation),
	percent(floor),
	`${percent(low)} to ${percent(high)}`,
	signs[level],
];

/** How much runs alike differ. */
export const noiseText = (outcome: NoiseOutcome, width: number): string => {
	if (outcome.state !== 'measured') {
		const sign = outcome.state === 'failed' ? signs.bad : signs.unknown;
		return `${hang(`${sign.padEnd(signColumn)}${'noise floor'.padEnd(nameColumn)}`, printable(outcome.because), width).join('\n')}\n`;
	}

	const {runs, degreesOfFreedom, rounds, confidence, metrics, load, doubts} = outcome;
	const range = (values: readonly number[]): string =>
		`${formatMilliseconds(Math.min(...values))} to ${formatMilliseconds(Math.max(...values))} ms`;
	const how = `${runs.length} runs alike, ${formatDuration(load.durationMs)} each, one after the other against the built-in server: p50 ${range(runs.map(({p50}) => p50))}, p99 ${range(runs.map(({p99}) => p99))}.`;
	const table = alignColumns(
		[
			{heading: 'of'},
			{heading: 'differ by', right: true},
			{heading: 'not told below', right: true},
			{heading: `${Math.round(confidence * 100)}% interval`, right: true},
			{heading: ''},
		],
		metrics.map(noiseRow),
	);
	const p50 = metrics.find(({metric}) => metric === 'p50');
	const meaning = `With ${rounds} rounds a side a change of p50 below ${percent(p50?.floor ?? 0)} cannot be told here. That is itself known only as well as the interval says: from ${runs.length} runs, ${degreesOfFreedom} degrees of freedom. Runs of another target, and longer ones, differ by more or by less.`;
	return [
		'',
		...hang(`${signs[noiseLevel(outcome)].padEnd(signColumn)}${'noise floor'.padEnd(nameColumn)}`, how, width),
		...table.map((line) => `${' '.repeat(width < 80 ? 0 : signColumn)}${line}`),
		...paragraph(meaning, width),
		...doubts.flatMap(({message, runs: those}) =>
			paragraph(`${those} of ${runs.length} runs: ${printable(message)}`, width),
		),
		'',
	].join('\n');
};

const verdicts: Readonly<Record<Level, string>> = {
	good: 'Fit to measure on.',
	unknown: 'Fit as far as can be told.',
	note: 'Fit to measure on; what is noted decides how small a change can be told.',
	warning: 'Fit with reservations: figures will be noisier than they need be.',
	bad: 'Not fit as it is: figures will be wrong, or too noisy to tell anything.',
};

const nouns = {good: 'good', unknown: 'not known', note: 'note', warning: 'warning', bad: 'bad'} as const;

/** The host in a sentence, and how much was found of each level. */
export const verdictText = ({level, counts}: Diagnosis, width: number): string => {
	const parts = levels
		.toReversed()
		.filter((each) => counts[each] > 0)
		.map(
			(each) =>
				`${counts[each]} ${nouns[each]}${counts[each] > 1 && (each === 'note' || each === 'warning') ? 's' : ''}`,
		);
	return `\n${wrap(`${verdicts[level]} (${parts.join(', ')})`, width).join('\n')}\n`;
};
