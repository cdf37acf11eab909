import {Box, Text, Transform, useInput, usePaste} from 'ink';
import {keysOf} from './keys.ts';

type Properties = {
	/** One string of text and styles for each row, exactly as wide as the terminal. */
	readonly rows: readonly string[];
	readonly columns: number;
	/** Whether there are keys to read. */
	readonly keys: boolean;
	readonly onKey: (key: string) => void;
};

/**
 * The frame as Ink's only text. The rows are put in where Ink writes them out: what it lays out and measures at every
 * commit is a blank of the same size, since measuring styled Unicode would be most of the work.
 */
export const Screen = ({rows, columns, keys, onKey}: Properties) => {
	useInput(
		(input, press) => {
			for (const key of keysOf(input, press)) onKey(key);
		},
		{isActive: keys},
	);
	// Pasted text is no command: while this listens, Ink tells it apart from keys.
	usePaste(() => {}, {isActive: keys});
	const blank = ' '.repeat(columns);
	return (
		<Box width={columns} height={rows.length} overflow="hidden">
			<Transform transform={(_, index) => rows[index] ?? ''}>
				<Text>{rows.map(() => blank).join('\n')}</Text>
			</Transform>
		</Box>
	);
};
