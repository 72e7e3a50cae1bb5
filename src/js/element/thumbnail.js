// Small pictures of the images that are in view, one after the other: decoding takes memory and time.

const PIXELS = 96
// Whatever is larger than a photograph.
const MAX_BYTES = 50 * 1024 * 1024
/** Not SVG, which is a program more than a picture. */
const TYPES = /^image\/(avif|bmp|gif|jpeg|png|webp)$/

let last = Promise.resolve()

export const hasThumbnail = ({ file, type }) => Boolean(file) && TYPES.test(type) && file.size <= MAX_BYTES

export class Thumbnails {
  #rows = new WeakMap()
  #onMade
  #observer

  /** @param onMade called with the row that has its picture now, in `thumbnail` */
  constructor(onMade) {
    this.#onMade = onMade
    this.#observer = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) this.#make(target)
    })
  }

  watch(element, row) {
    this.#rows.set(element, row)
    this.#observer.observe(element)
  }

  #make(element) {
    const row = this.#rows.get(element)
    this.#observer.unobserve(element)
    last = last.then(() => draw(row.file)).then(canvas => {
      row.thumbnail = canvas
      this.#onMade(row)
    }).catch(() => {
      // It is no image after all, or one that the browser does not know: the icon stays.
    })
  }
}

/** On a canvas: a page's policy may forbid images from elsewhere, and has no say in this. */
async function draw(file) {
  const bitmap = await createImageBitmap(file, { resizeHeight: PIXELS, resizeQuality: 'medium' })
  const side = Math.min(bitmap.width, bitmap.height)
  const canvas = Object.assign(document.createElement('canvas'), { width: PIXELS, height: PIXELS })
  const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2]
  canvas.getContext('2d').drawImage(bitmap, x, y, side, side, 0, 0, PIXELS, PIXELS)
  bitmap.close()
  return canvas
}
