// What Artillery loads when it is run by benchtop.
export {Plugin} from './engines/artillery/inside/plugin.ts';
