// What the visitor chose, kept in the page's address so that it survives a reload and can be shared:
// ?route=…&lang=…; ?params=PATH asks that path of this origin instead of one of the four routes.

export const ROUTES = {
  temp: '/api/upload-params',
  ens: '/api/ens/upload-params',
  v1: '/api/policy/v1',
  v4: '/api/policy/v4'
}

const LANGUAGES = ['en', 'zh-CN']

const address = new URL(location.href)

/** Whoever shares an address of this page does not choose the host that gets the files: only its own may be asked. */
function ownAddress(wanted) {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, location.href)) return null
  const { origin, pathname, search } = new URL(wanted, location.href)
  return origin === location.origin ? pathname + search : null
}

function preferredLanguage() {
  return navigator.languages.some(tag => tag.toLowerCase().startsWith('zh')) ? 'zh-CN' : 'en'
}

const wantedRoute = address.searchParams.get('route')
const wantedLanguage = address.searchParams.get('lang')

export const settings = {
  /** Address on this origin from `?params=`, or null. */
  custom: ownAddress(address.searchParams.get('params')),
  route: Object.hasOwn(ROUTES, wantedRoute) ? wantedRoute : 'temp',
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
