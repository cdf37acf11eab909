const pasteStart = '\u001b[200~';
const pasteEnd = '\u001b[201~';
/** As much of a marker as may have come while its rest has not. */
const mostOfMarker = pasteEnd.length - 1;
/** Ctrl+C as the last that was typed. */
const lastInterrupt = /\u0003+$/;

/** Follows what is typed, piece by piece, and says whether a bracketed paste is open: its end has yet to come. */
export const createPasteWatch = () => {
	let open = false;
	let tail = '';
	const follow = (text: string): void => {
		let rest = tail + text;
		for (;;) {
			const marker = open ? pasteEnd : pasteStart;
			const at = rest.indexOf(marker);
			if (at < 0) break;
			rest = rest.slice(at + marker.length);
			open = !open;
		}

		tail = rest.slice(-mostOfMarker);
	};
	return {
		isOpen: (): boolean => open,
		/**
		 * The text, and where Ctrl+C was pressed in a paste that never ended, the end of the paste before it: whoever
		 * presses it wants out, whatever the terminal forgot to send.
		 */
		pass: (text: string): string => {
			follow(text);
			const interrupt = open ? lastInterrupt.exec(text) : null;
			if (interrupt === null) return text;
			open = false;
			tail = '';
			return `${text.slice(0, interrupt.index)}${pasteEnd}${interrupt[0]}`;
		},
		/** What ends an open paste; nothing where there is none. */
		end: (): string => {
			if (!open) return '';
			open = false;
			tail = '';
			return pasteEnd;
		},
	};
};
