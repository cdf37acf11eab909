// A build that keeps what it has made, and says on standard output how much that was.
import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';

mkdirSync('out', {recursive: true});
if (!existsSync('out/big.txt')) writeFileSync('out/big.txt', 'a line that is much like any other\n'.repeat(100_000));
console.log(JSON.stringify({'bundle size': {value: statSync('out/big.txt').size, unit: 'bytes', better: 'lower'}}));
