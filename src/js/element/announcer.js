const INTERVAL = 1500

/**
 * Tells people who listen to the page what happens, one sentence at a time: the first at once, and what comes within the
 * next moments together, in numbers.
 */
export class Announcer {
  #say
  #words
  #counts = {}
  #sentence
  #notices = []
  #timer

  /**
   * @param say takes a sentence
   * @param words gives the texts of the language of the moment
   */
  constructor(say, words) {
    this.#say = say
    this.#words = words
  }

  /**
   * @param kind 'added', 'done', 'failed' or 'aborted'
   * @param sentence what to say if nothing else happens
   */
  count(kind, number, sentence) {
    this.#counts[kind] = (this.#counts[kind] ?? 0) + number
    this.#sentence = sentence
    this.#speakSoon()
  }

  notice(sentence) {
    this.#notices.push(sentence)
    this.#speakSoon()
  }

  #speakSoon() {
    if (this.#timer === undefined) this.#speak()
  }

  #speak() {
    this.#timer = undefined
    const counts = Object.entries(this.#counts)
    const total = counts.reduce((sum, [, number]) => sum + number, 0)
    const { counted, comma } = this.#words()
    const summary = total === 1 && this.#sentence || counts.map(([kind, number]) => counted[kind](number)).join(comma)
    const said = [summary, ...this.#notices].filter(Boolean).join(' ')
    this.#counts = {}
    this.#notices = []
    if (!said) return
    this.#say(said)
    this.#timer = setTimeout(() => this.#speak(), INTERVAL)
  }
}
