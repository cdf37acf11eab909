import type {Finding} from '../../core/finding.ts';
import {toldThreshold} from '../../core/threshold.ts';
import {formatCount} from '../../core/units.ts';
import type {Metrics} from './metrics.ts';
import type {Report} from './reconcile.ts';
import {clean} from './tally.ts';
import type {ToldOf} from './told.ts';

/** A limit of the script's, as its plugin 'ensure' judged it: its words, whether it fails the run, whether it was kept. */
export type Check = ToldOf<'checks'>['checks'][number];

/** The exit code of the plugin 'expect', when something was not as expected. */
const unexpected = 21;

const figureOf = (name: string, {counters, rates, summaries}: Report): number | null => {
	const dot = name.lastIndexOf('.');
	return summaries[name.slice(0, dot)]?.[name.slice(dot + 1)] ?? counters[name] ?? rates[name] ?? null;
};

type Limit = {
	readonly metric: string;
	readonly comparison: string;
	readonly limit: number;
	readonly actual: number | null;
	readonly unit: string;
};

const unitOf = (metric: string): string =>
	/(response_time|session_length|duration)\.(min|max|mean|median|p\d+)$/.test(metric) ? 'ms' : '';

const legacy = new Set(['min', 'max', 'median', 'p95', 'p99']);

/** A limit in figures, where it is one figure and one limit; else that its words must hold. */
const limitOf = (text: string, passed: boolean, report: Report | undefined): Limit => {
	const [, name = '', comparison = '', limit] =
		/^\s*([\w.$/ -]*[\w])\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text) ?? [];
	if (limit === undefined) return {metric: clean(text), comparison: '==', limit: 1, actual: passed ? 1 : 0, unit: ''};
	if (name === 'maxErrorRate') {
		const {'vusers.created': created, 'vusers.completed': completed} = report?.counters ?? {};
		const actual = !created ? null : ((created - (completed ?? 0)) / created) * 100;
		return {metric: name, comparison: '<=', limit: Number(limit), actual, unit: '%'};
	}

	const metric = legacy.has(name) ? `http.response_time.${name}` : name;
	const actual = report === undefined ? null : figureOf(metric, report);
	return {metric: clean(metric), comparison, limit: Number(limit), actual, unit: unitOf(metric)};
};

const checkFinding = ([text, strict, passed]: Check, report: Report | undefined, hasWarmup: boolean): Finding => {
	const words = `${passed ? 'met' : 'failed'}, as Artillery judges it${hasWarmup ? ' with the warm-up' : ''}`;
	const figures = {...limitOf(text, passed, report), passed: passed ? 1 : 0};
	return strict
		? {kind: toldThreshold, subject: clean(text), text: words, figures}
		: {kind: 'check', subject: clean(text), text: `${words} (optional)`, figures};
};

const happened = (subject: string, text: string, figures: Omit<Limit, 'comparison' | 'limit' | 'unit'>): Finding => ({
	kind: toldThreshold,
	subject,
	text,
	figures: {...figures, comparison: '==', limit: 0, unit: 'count', passed: 0},
});

/** What the script's own limits came to. `code`: Artillery's exit code; absent where it was told to end. */
export const verdictFindings = (
	checks: readonly Check[],
	report: Report | undefined,
	metrics: Metrics,
	code: number | undefined,
	hasWarmup: boolean,
): readonly Finding[] => {
	const limits = checks.map((check) => checkFinding(check, report, hasWarmup));
	const failed = metrics.total('plugins.expect.failed');
	const ok = metrics.total('plugins.expect.ok');
	const expected =
		failed + ok === 0
			? []
			: failed === 0
				? [
						{
							kind: 'check',
							subject: 'expect',
							text: `all ${formatCount(ok)} expectations were met`,
							figures: {failed, ok},
						},
					]
				: [
						happened('expect', `${formatCount(failed)} of ${formatCount(failed + ok)} expectations failed`, {
							metric: 'failed expectations',
							actual: failed,
						}),
					];
	const isExplained =
		code === undefined || code === 0 || (code === unexpected && failed > 0) || limits.some(isFailedThreshold);
	return [
		...limits,
		...expected,
		...(isExplained
			? []
			: [happened('exit code', `Artillery ended with exit code ${code}`, {metric: 'exit code', actual: code ?? null})]),
	];
};

const isFailedThreshold = ({kind, figures}: Finding): boolean => kind === toldThreshold && figures.passed === 0;
