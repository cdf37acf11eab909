import {commitRangeWords} from '../core/commit-range.ts';
import {printable} from '../core/printable.ts';
import {localTime, shortId} from '../core/run-words.ts';
import {changeVerdict, stepWords} from '../core/trend-words.ts';
import {formatMeasure} from '../core/units.ts';
import type {KnownChange} from './trend-json.ts';
import {fittedRows, folded, inFrame, type TextFrame} from './trend-text.ts';

const indent = '  ';

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const plan = {right: [false, true, true, false, true, true, false], name: 0, dispensable: [[5], [2, 3, 4]]} as const;

const figureLines = ({point}: KnownChange, frame: TextFrame): readonly string[] =>
	fittedRows(
		plan,
		point.figures.map(({figure, change}) => {
			const words = stepWords(change.difference, change.change, figure.unit);
			return [
				printable(figure.name),
				words.estimate,
				formatMeasure(change.from, figure.unit),
				'→',
				formatMeasure(change.to, figure.unit),
				`(${words.ends})`,
				changeVerdict(change.verdict),
			];
		}),
		frame.columns,
	);

const changeLines = (known: KnownChange, frame: TextFrame): readonly string[] => {
	const {trend, point, commits, possible, differs} = known;
	const {benchmark, group, isNewest, toldApart} = trend;
	const at = (place: number) => group.series.runs[place]!;
	const [before, after, earliest, latest] = [point.before, point.after, point.earliest, point.latest].map(at);
	const machines = toldApart.length === 0 ? '' : ` on ${group.hostnames.join(', ')}`;
	const other = isNewest ? '' : ', of another load or machine than the newest run';
	const told = [
		`between run ${shortId(before!.id)} of ${localTime(before!.began)} and run ${shortId(after!.id)}`,
		commitRangeWords(commits),
		...(point.earliest === point.latest
			? []
			: [
					`or with any of ${counted(point.latest - point.earliest + 1, 'run')}, ${localTime(earliest!.began)} … ${localTime(latest!.began)}: ${commitRangeWords(possible)}`,
				]),
		...differs.map((words) => `also changed: ${words}`),
	];
	return [
		...folded(printable(`${localTime(after!.began)}  ${benchmark}${machines}${other}`), frame.columns),
		...figureLines(known, frame),
		...told.flatMap((words) => folded(printable(words), frame.columns - indent.length).map((line) => indent + line)),
	];
};

/** Changes in their order, with all that tells where they may come from. */
export const renderChanges = (changes: readonly KnownChange[], frame: TextFrame): string =>
	inFrame(changes.map((change) => `${changeLines(change, frame).join('\n')}\n`).join('\n'), frame);
