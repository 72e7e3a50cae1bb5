// The Chinese hints: a file of its own, for the pages that want them.
export { default as texts } from '../hints/zh_cn.txt'
