// What the visitor chose, kept in the page's address so that it survives a reload and can be shared:
// ?route=…&lang=…; ?params=URL asks that address instead of one of the four routes.

export const ROUTES = {
  temp: '/api/upload-params',
  ens: '/api/ens/upload-params',
  v1: '/api/policy/v1',
  v4: '/api/policy/v4'
}

const LANGUAGES = ['en', 'zh-CN']

const address = new URL(location.href)

function preferredLanguage() {
  return navigator.languages.some(tag => tag.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
}

const wantedRoute = address.searchParams.get('route')
const wantedLanguage = address.searchParams.get('lang')

export const settings = {
  /** Address from `?params=`, or null. */
  custom: address.searchParams.get('params'),
  route: wantedRoute in ROUTES ? wantedRoute : 'temp',
  language: LANGUAGES.includes(wantedLanguage) ? wantedLanguage : preferredLanguage(),

  /** The address that is asked for upload parameters. */
  get params() {
    return this.custom ?? ROUTES[this.route]
  },

  chooseRoute(route) {
    this.route = route
    this.custom = null
    address.searchParams.delete('params')
    remember('route', route)
  },

  chooseLanguage(language) {
    this.language = language
    remember('lang', language)
  }
}

function remember(name, value) {
  address.searchParams.set(name, value)
  history.replaceState(null, '', address)
}
