/** What files can be taken from. */
export type FileSource = DataTransfer | HTMLInputElement | FileList | Iterable<File> | null

/** A file or folder that cannot be read: it vanished, or the system does not allow it. */
export interface UnreadableError extends Error {
  readonly name: 'UnreadableError'
  /** Such as `photos/private`. */
  readonly path: string
  readonly cause?: unknown
}

export interface FilesFromOptions {
  /**
   * Called with each file or folder that cannot be read, which is then left out.
   * Without it the promise rejects with the first.
   */
  onUnreadable?: (error: UnreadableError) => void
}

/**
 * The files of a drop or a paste (`event.dataTransfer`, `event.clipboardData`), of an input, or of a list.
 *
 * Folders are walked to the bottom, and each of their files has its path in `webkitRelativePath`. What systems put into
 * folders by themselves (`.DS_Store`, `Thumbs.db`, `desktop.ini`) is left out. Call it within the event's listener, before any
 * `await`: what was dropped is gone afterwards.
 *
 * @throws {TypeError} when it is none of these
 * @throws {UnreadableError}
 *
 * @example
 * zone.ondrop = async event => {
 *   event.preventDefault()
 *   for (const file of await filesFrom(event.dataTransfer)) uploader.add(file)
 * }
 *
 * @example
 * // Keys that keep the folders.
 * uploader.add(file, { key: (info, dir) => dir + pathOf(file) })
 */
export function filesFrom(source: FileSource, options?: FilesFromOptions): Promise<File[]>

/** `photos/2026/a.jpg` for a file of a folder, else the file's name. */
export function pathOf(file: Blob): string
