const longestLine = 2000;

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
