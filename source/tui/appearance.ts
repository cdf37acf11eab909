import type {KeySource} from './streams.ts';

export type Appearance = 'dark' | 'light';

/** What is the background? (OSC 11.) Every terminal answers the question after it (DA1), also one that knows no colours. */
const question = '\u001b]11;?\u001b\\\u001b[c';
const colourAnswer =
	/\u001b\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})(?:\/[\da-f]{1,4})?(?:\u0007|\u001b\\)/i;
const lastAnswer = /\u001b\[\?[\d;]*c/;

/** A part of a colour in one to four hexadecimal digits, as 0 to 1. */
const share = (digits: string): number => Number.parseInt(digits, 16) / (16 ** digits.length - 1);

/** How bright a colour looks, 0 to 1 (ITU-R BT.601). */
const brightness = (red: string, green: string, blue: string): number =>
	0.299 * share(red) + 0.587 * share(green) + 0.114 * share(blue);

const appearanceIn = (answer: RegExpExecArray | null, insideTmux: boolean): Appearance | undefined => {
	const [, red, green, blue] = answer ?? [];
	if (red === undefined || green === undefined || blue === undefined) return undefined;
	// What tmux says while it does not know.
	if (insideTmux && [red, green, blue].every((digits) => share(digits) === 1)) return undefined;
	return brightness(red, green, blue) > 0.5 ? 'light' : 'dark';
};

/**
 * Asks a terminal in raw mode for its background; `undefined` when it does not say within so many milliseconds.
 * Answers are taken off `stdin`; keys typed meanwhile are put back, for whoever reads it next.
 */
export const askAppearance = (
	stdin: KeySource,
	stdout: {readonly write: (text: string) => unknown},
	patience = 150,
	insideTmux = false,
): Promise<Appearance | undefined> =>
	new Promise((resolve) => {
		let heard = '';
		const finish = (): void => {
			clearTimeout(timer);
			stdin.removeListener('data', hear);
			for (const event of ['end', 'close', 'error']) stdin.removeListener(event, finish);
			stdin.pause();
			const answer = colourAnswer.exec(heard);
			const typed = heard.replace(colourAnswer, '').replace(lastAnswer, '');
			if (typed !== '') stdin.unshift(typed);
			resolve(appearanceIn(answer, insideTmux));
		};
		const hear = (chunk: unknown): void => {
			heard += String(chunk);
			if (lastAnswer.test(heard)) finish();
		};
		const timer = setTimeout(finish, patience);
		stdin.setEncoding('utf8');
		stdin.on('data', hear);
		for (const event of ['end', 'close', 'error']) stdin.on(event, finish);
		stdout.write(question);
	});
