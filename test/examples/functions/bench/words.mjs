// A function alone, or with what it needs: setup makes it anew in each process, and is not measured.
const text = (n) => 'the quick brown fox '.repeat(n / 4);

const counted = (run) => ({parameters: {n: [100, 1000]}, setup: ({n}) => text(n), run});

export default {
	split: counted((words) => words.split(' ').length),
	match: counted((words) => words.match(/\S+/g)?.length ?? 0),
	empty: () => ''.split(' ').length,
};
