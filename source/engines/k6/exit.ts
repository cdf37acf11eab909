import {printable} from '../../core/printable.ts';
import {BenchtopError} from '../../errors.ts';
import {type ToolEnd, toolFailure} from '../tool.ts';

/** Codes that k6 leaves with where what it measured counts all the same. */
const verdicts = {
	99: 'thresholds crossed',
	101: 'teardown too long',
	110: 'marked as failed',
} as const;
const interrupted = 105;

const hasVerdict = (code: number): code is keyof typeof verdicts => Object.hasOwn(verdicts, code);

/** What k6 says with its exit code alone. */
export const verdictOf = (end: ToolEnd): {readonly verdict?: (typeof verdicts)[keyof typeof verdicts]} =>
	'code' in end && hasVerdict(end.code) ? {verdict: verdicts[end.code]} : {};

/** What k6's other exit codes say, as the end of 'k6 …'. */
const words: Readonly<Record<number, string>> = {
	97: 'says that its run in the cloud failed',
	98: 'could not follow its run in the cloud',
	100: "gave up: the script's setup() took too long",
	102: 'gave up: something took too long',
	103: 'was stopped through its REST API',
	104: 'refuses its configuration',
	105: 'was interrupted by a signal',
	106: 'could not open its REST API',
	107: 'ended with an exception in the script',
	108: 'was aborted by the script (test.abort)',
	109: 'crashed',
};

/** Why a run of k6 failed; `undefined` where what it measured counts. `own`: benchtop itself ended it. */
export const failureOf = (end: ToolEnd, lastWords: readonly string[], own: boolean): BenchtopError | undefined => {
	if (!('code' in end)) return own && 'signal' in end ? undefined : toolFailure('k6', end, lastWords);
	const {code} = end;
	if (code === 0 || hasVerdict(code)) return undefined;
	if (own && code === interrupted) return undefined;
	const said = words[code];
	if (said === undefined) return toolFailure('k6', end, lastWords);
	const shown = lastWords.slice(-8).map(printable);
	return new BenchtopError(`k6 ${said} (exit code ${code}).`, {
		...(shown.length === 0 ? {} : {hint: ['Its last words:', ...shown].join('\n')}),
		exitCode: 4,
	});
};
