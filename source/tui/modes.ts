/** Private modes of the terminal (DEC) that benchtop changes. */
export const terminalModes = {
	alternateScreen: 1049,
	cursor: 25,
	bracketedPaste: 2004,
	mousePresses: 1000,
	/** Mouse reports in decimal digits: the older ones read as typed letters. */
	mouseInDigits: 1006,
} as const;

type Mode = (typeof terminalModes)[keyof typeof terminalModes];

/** The modes of a terminal: what is changed here can be given back. */
export type Modes = {
	readonly set: (mode: Mode, on: boolean) => void;
	/** Gives everything back, latest first, until it is taken again. */
	readonly leave: (write?: (text: string) => void) => void;
	/** Takes again what was left. */
	readonly enter: () => void;
};

const isOnAtFirst = (mode: Mode): boolean => mode === terminalModes.cursor;

const switching = (mode: Mode, on: boolean): string => `\u001b[?${mode}${on ? 'h' : 'l'}`;

export const createModes = (write: (text: string) => void): Modes => {
	/** In the order in which they were changed. */
	const changed = new Map<Mode, boolean>();
	let left = false;
	const all = (): Array<readonly [Mode, boolean]> => [...changed];
	return {
		set: (mode, on) => {
			if ((changed.get(mode) ?? isOnAtFirst(mode)) === on) return;
			if (on === isOnAtFirst(mode)) changed.delete(mode);
			else changed.set(mode, on);
			if (!left) write(switching(mode, on));
		},
		leave: (writeNow = write) => {
			if (left) return;
			left = true;
			const text = all()
				.reverse()
				.map(([mode]) => switching(mode, isOnAtFirst(mode)))
				.join('');
			if (text !== '') writeNow(text);
		},
		enter: () => {
			if (!left) return;
			left = false;
			const text = all()
				.map(([mode, on]) => switching(mode, on))
				.join('');
			if (text !== '') write(text);
		},
	};
};
