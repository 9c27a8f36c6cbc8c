/** Ends the inspection of a push: beyond a bound, or not readable. Its message is for the user. */
export class Unacceptable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unacceptable';
  }
}
