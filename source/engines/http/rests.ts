import type {Connection, WireHooks} from './wire.ts';

const shortestRest = 10;
const longestRest = 1000;

/** Connections that could not be made: each is left in peace for a while, twice as long after each failure. */
export const createRests = ({onRoom, onRest}: Pick<WireHooks, 'onRoom' | 'onRest'>) => {
	const resting = new Map<Connection, NodeJS.Timeout>();
	return {
		count: (): number => resting.size,
		begin(connection: Connection, outcome: string): void {
			const rest = Math.min(longestRest, shortestRest * 2 ** connection.failuresInARow);
			connection.failuresInARow++;
			connection.isResting = true;
			resting.set(
				connection,
				setTimeout(() => {
					resting.delete(connection);
					connection.isResting = false;
					onRoom(connection);
				}, rest),
			);
			onRest(connection, outcome);
		},
		/** It is not wanted any more. */
		cancel(connection: Connection): void {
			clearTimeout(resting.get(connection));
			resting.delete(connection);
			connection.isResting = false;
		},
		close(): void {
			for (const timer of resting.values()) clearTimeout(timer);
			resting.clear();
		},
	};
};
