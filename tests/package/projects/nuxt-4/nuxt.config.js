export default {
  compatibilityDate: '2026-11-25',
  telemetry: false,
  vue: { compilerOptions: { isCustomElement: tag => tag === 'oss-upload' } }
}
