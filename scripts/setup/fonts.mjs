// A font with Chinese characters, for pictures of pages in Chinese: without one they show boxes.
import { ask } from '../project.mjs'
import { debianPackages } from '../versions.mjs'

export const chineseFont = {
  name: 'a font with Chinese characters',
  otherwise: 'install one that `fc-list :lang=zh` lists',
  debian: debianPackages.fonts,
  isMet: () => Boolean(ask('fc-list', ':lang=zh', 'family'))
}
