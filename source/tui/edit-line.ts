const longestLine = 2000;

/** The first line of a paste, as far as any line takes it: a paste of megabytes must not be typed letter by letter. */
export const pastedLine = (text: string): string => (text.split(/[\r\n]/, 1)[0] ?? '').slice(0, 2 * longestLine);

/** A typed line after one more key; `undefined` for a key that types nothing. */
export const edited = (text: string, key: string): string | undefined => {
	switch (key) {
		case 'backspace':
			return [...text].slice(0, -1).join('');
		case 'ctrl+u':
			return '';
		case 'space':
			return edited(text, ' ');
		default:
			// Names of keys are longer than what a key types.
			return [...key].length === 1 && key >= ' ' ? [...text, key].slice(0, longestLine).join('') : undefined;
	}
};
