//! Simplified Chinese.

use super::{CORS_RULE, TROUBLESHOOTING, Words, ended, list, quoted, size};
use crate::error::{AddressFlaw, Demand, Error, Expected, Foreign, Reason, Refusal, Subject};
use crate::file::Excess;
use crate::json::Kind;
use crate::oss::codes::{BackendTrouble, Trouble};
use crate::policy::Flaw;
use crate::upload::Notice;

const SHAPES: &str = "请将后端的返回与 README 中列出的格式对照。";
const NOT_THE_API: &str =
    "`params` 必须是返回 JSON 的后端地址：请检查该地址，以及是否被登录页或默认页面代为响应。";
const OFFLINE: &str = "浏览器处于离线状态：请连接网络后重试。";
const HOSTS: &str = "文件只会发往 https 主机；若设置了 `allowedHosts`，则只发往其中的主机。如该主机属于您，请将其加入；否则请勿信任这些参数。";
const FORM: &str = "请修改或去掉该上传选项。";
const OTHER_FILE: &str = "请选择其他文件，或让后端签发允许该文件的 Policy。";
const OTHER_BUCKET: &str = "后端返回的存储空间与所签 Policy 中的不同：两者必须一致；使用 PrepareUpload 时均为物理存储空间。";
const EXPIRED: &str = "新参数也已过期：请校准后端时钟，并让 Policy 的有效期长于最慢的一次上传。";
const DISABLED: &str = "账号或存储空间已停用（可能欠费）：请到阿里云控制台查看。";
const NO_SUCH_BUCKET: &str = "请检查后端配置的 Bucket 名称和 Endpoint：该 Bucket 必须存在。";

#[expect(
    clippy::too_many_lines,
    reason = "one exhaustive match: a reason without words does not compile"
)]
pub(super) fn words(error: &Error, origin: &str) -> Words {
    let (message, hint) = match &error.reason {
        Reason::AnswerNotAnObject { found } => (
            format!("后端返回的是{}：应为包含上传参数的对象", kind(*found)),
            answer_hint(error),
        ),
        Reason::AnswerNotJson { is_html } => {
            let found = if *is_html { "HTML" } else { "非 JSON 内容" };
            (
                format!("后端返回的是 {found}，而不是 JSON 格式的上传参数"),
                String::from(NOT_THE_API),
            )
        }
        Reason::AnswerNotPlain => (
            String::from("无法读取后端的返回：应为已解析的 JSON"),
            String::from(
                "`params` 函数应返回 `response.json()` 的结果：普通的对象、数组和字符串。",
            ),
        ),
        Reason::NoParams => (
            String::from("后端的返回中没有上传参数：应有 `Policy`、`Signature` 及相关字段"),
            answer_hint(error),
        ),
        Reason::MissingField { name, expected } => (
            format!("后端的返回缺少 `{name}`：应为{}", meaning(*expected)),
            answer_hint(error),
        ),
        Reason::WrongKind {
            name,
            found,
            expected,
        } => (
            format!("`{name}` 是{}：应为{}", kind(*found), kind(*expected)),
            answer_hint(error),
        ),
        Reason::AnswerKeyTooLong { name } => (
            format!("`{name}` 过长：OSS 的对象名最长 1023 字节"),
            answer_hint(error),
        ),
        Reason::AnswerKeyBeginsWithSlash { name } => (
            format!("`{name}` 以斜杠开头：OSS 不允许这样的对象名"),
            answer_hint(error),
        ),
        Reason::AnswerRedirects => (
            String::from("脚本上传不能使用 `success_action_redirect`"),
            String::from("请让后端从表单和 Policy 中去掉它。"),
        ),
        Reason::Unsigned => (
            String::from("参数指明了上传位置，但没有签名"),
            String::from(
                "后端必须为该存储空间签发 Policy（`Policy`、`Signature` 和 `OssAccessKeyId`，或 V4 的字段）；如存储空间允许任何人写入，请设置 `anonymous`。",
            ),
        ),
        Reason::NotABucket { name } => (
            format!("`{name}` 不是存储空间名称：应为 3 到 63 个小写字母、数字和连字符"),
            answer_hint(error),
        ),
        Reason::NotAHost { name, flaw } => (
            match flaw {
                AddressFlaw::Path => {
                    format!("`{name}` 含有路径：应只有主机名，如 `oss-cn-hangzhou.aliyuncs.com`")
                }
                AddressFlaw::Query => {
                    format!(
                        "`{name}` 含有查询参数：应只有主机名，如 `oss-cn-hangzhou.aliyuncs.com`"
                    )
                }
                AddressFlaw::NoHost => {
                    format!("`{name}` 不是主机名：应如 `oss-cn-hangzhou.aliyuncs.com`")
                }
            },
            answer_hint(error),
        ),
        Reason::TooManyFields { max } => (
            format!("后端的返回字段过多：最多读取 {max} 个"),
            answer_hint(error),
        ),
        Reason::AnswerTooLong { max } => (
            format!("后端的返回过长：最多读取 {}", exact_or_rounded(*max)),
            String::from(NOT_THE_API),
        ),
        Reason::InternalHost { name, host, public } => (
            format!("`{name}` 是 {host}，只能从阿里云内网访问：应为 {public}"),
            String::from("请让后端向浏览器返回存储空间的公网 Endpoint。"),
        ),
        Reason::RegionInPlaceOfHost { name, host } => (
            format!(
                "`{name}` 指向 {host}，其结尾是地域 ID：应为主机名，如 `oss-cn-hangzhou.aliyuncs.com`"
            ),
            String::from("请让后端返回完整的 Endpoint，而不只是地域。"),
        ),
        Reason::BackendStalled { after_s } => (
            format!("后端在 {after_s} 秒内没有响应"),
            String::from("请检查后端是否挂起并查看其日志；等待时间由 `stallTimeout` 设置。"),
        ),
        Reason::NotAPolicy => (
            String::from("这不是 Policy：无法解码，或缺少过期时间或条件"),
            String::from("Policy 是含有 `expiration` 和 `conditions` 的 JSON 文档的 Base64 文本。"),
        ),
        Reason::NotHttps { name } => (format!("`{name}` 不是 https 地址"), String::from(HOSTS)),
        Reason::AddressHasUser { name } => (
            format!("`{name}` 含有用户名：应只有主机名"),
            String::from(HOSTS),
        ),
        Reason::PlainHttp { name, host } => (
            format!("`{name}` 使用 http，但只能上传到 https 主机：{host}"),
            String::from(HOSTS),
        ),
        Reason::HostNotAllowed { host } => (
            format!("参数指向 {host}，它不在 `allowedHosts` 中"),
            String::from(HOSTS),
        ),
        Reason::BackendRefused { refusal } => (
            with_words(
                "后端拒绝提供上传参数",
                &backend_words(refusal.as_ref(), error.status),
            ),
            backend_hint(refusal.as_ref(), error.status),
        ),
        Reason::RequestImpossible { why } => (
            with_words("无法向后端发出请求", why),
            String::from("请检查 `params` 中的地址、方法、请求头和请求体。"),
        ),
        Reason::ParamsFunctionFailed { why, is_online } => (
            with_words("params 函数出错", why),
            if *is_online {
                String::from("请检查页面的 `params` 函数：它应返回后端的返回内容，或其 Promise。")
            } else {
                String::from(OFFLINE)
            },
        ),
        Reason::BackendUnreachable { why, is_online } => (
            with_words("无法向后端请求上传参数", why),
            unreachable_hint(*is_online, origin),
        ),
        Reason::KeyEmpty => (
            String::from("对象名为空"),
            String::from("请用 `key` 指定对象名，或去掉该选项。"),
        ),
        Reason::KeyHasControl { key } => (
            format!("对象名 {} 含有控制字符", quoted(key)),
            String::from("请去掉 `key` 中的换行等控制字符。"),
        ),
        Reason::KeyBeginsWithSlash { key } => (
            format!("对象名 {} 以斜杠开头，OSS 不允许", quoted(key)),
            String::from("请去掉 `key` 开头的斜杠。"),
        ),
        Reason::KeyTooLong { bytes, max } => (
            format!("对象名有 {bytes} 字节，OSS 最多允许 {max} 字节"),
            String::from("请使用更短的文件名或 `key`。"),
        ),
        Reason::FieldIsSigned { name } => (
            format!("表单域 `{name}` 属于签名参数：页面不能设置"),
            String::from("请从 `fields` 中去掉它：它由后端的返回设置。"),
        ),
        Reason::PageRedirects => (
            String::from("脚本上传不能使用 `success_action_redirect`"),
            String::from("请从 `fields` 中去掉它。"),
        ),
        Reason::MetadataName { name } => (
            format!(
                "{} 不能作为元数据名称：应为字母、数字和连字符",
                quoted(name)
            ),
            String::from(FORM),
        ),
        Reason::CallbackVarName { name } => (
            format!(
                "{} 不能作为回调变量：应为小写字母、数字、`_` 和 `-`",
                quoted(name)
            ),
            String::from(FORM),
        ),
        Reason::NotAContentType { given } => (
            format!("{} 不是内容类型：应如 `image/png`", quoted(given)),
            String::from(FORM),
        ),
        Reason::FieldName { name } => (
            format!("{} 不能作为表单域名称", quoted(name)),
            String::from(FORM),
        ),
        Reason::FieldNameTooLong { max } => (
            format!("表单域名称过长：OSS 允许 {}", exact_or_rounded(*max)),
            String::from(FORM),
        ),
        Reason::FieldHasControl { name } => (
            format!("表单域 `{name}` 的值含有换行或其他控制字符"),
            String::from(FORM),
        ),
        Reason::FieldTooLong { name, max } => (
            format!(
                "表单域 `{name}` 的值过长：OSS 允许 {}",
                exact_or_rounded(*max)
            ),
            String::from(FORM),
        ),
        Reason::MetadataTooLong { max } => (
            format!(
                "元数据过长：OSS 允许名称和值合计 {}",
                exact_or_rounded(*max)
            ),
            String::from(FORM),
        ),
        Reason::FieldsTooLong { max } => (
            format!("表单域过长：OSS 允许合计 {}", exact_or_rounded(*max)),
            String::from(FORM),
        ),
        Reason::FormTooLarge { max } => (
            format!("文件过大：OSS 表单上传最多允许 {}", exact_or_rounded(*max)),
            String::from("请选择更小的文件，或用 OSS SDK 分片上传。"),
        ),
        Reason::OtherKey { allowed, wanted } => (
            format!(
                "参数只允许对象名 {}，但页面要求 {}",
                quoted(allowed),
                quoted(wanted)
            ),
            String::from("请去掉 `key`，或让后端签发前缀（`dir`）。"),
        ),
        Reason::FileTooLarge { size, max } => {
            let (size, max) = size::pair(*size, *max, exact);
            (
                format!("文件大小为 {size}，Policy 最多允许 {max}"),
                String::from(OTHER_FILE),
            )
        }
        Reason::FileTooSmall { size, min } => {
            let (size, min) = size::pair(*size, *min, exact);
            (
                format!("文件大小为 {size}，Policy 至少要求 {min}"),
                String::from(OTHER_FILE),
            )
        }
        Reason::PolicyFieldMissing { name } => (
            format!("Policy 要求表单域 `{name}`，但没有设置"),
            String::from("请在 `fields` 或 `metadata` 中设置，或由后端的返回带上。"),
        ),
        Reason::PolicyCondition {
            subject,
            demand,
            actual,
        } => (
            format!(
                "Policy 要求{}{}，但实际是 {}",
                subject_words(subject),
                demand_words(demand),
                quoted(actual)
            ),
            String::from(match subject {
                Subject::Bucket => OTHER_BUCKET,
                _ => OTHER_FILE,
            }),
        ),
        Reason::PolicyOtherValue { subject } => (
            format!("Policy 签名时{}是另一个值", subject_words(subject)),
            String::from("后端返回的值必须与签名时的完全相同。"),
        ),
        Reason::LimitExceeded { excess } => {
            (excess_words(excess), String::from("请选择其他文件。"))
        }
        Reason::RefusedByPage => (
            String::from("页面的函数拒绝了该文件"),
            String::from("请选择其他文件。"),
        ),
        Reason::ExpiredOnArrival => (
            String::from("后端提供的上传参数已经过期"),
            String::from(EXPIRED),
        ),
        Reason::PolicyExpired { refusal } => (refused(refusal), String::from(EXPIRED)),
        Reason::OssRefused { refusal } => (refused(refusal), oss_hint(refusal, origin)),
        Reason::CallbackFailed { refusal } => (
            with_words(
                "文件已保存，但 OSS 未能回调应用服务器",
                refusal.as_ref().map_or("", |refusal| &refusal.message),
            ),
            String::from(
                "请勿重新上传。应用服务器须在 5 秒内以 HTTP 200、JSON 和 Content-Length 响应 OSS 的回调。",
            ),
        ),
        Reason::NotOss { status, found } => (
            format!(
                "收到 HTTP 状态 {status}，但{}",
                match found {
                    Foreign::Html => "内容是 HTML 页面",
                    Foreign::Nothing => "没有 OSS 的任何内容",
                    Foreign::Other => "内容不是 OSS 会返回的",
                }
            ),
            String::from("可能是代理、防火墙或网络登录页代替 OSS 作了响应：请检查网络后重试。"),
        ),
        Reason::Redirected { to } => (
            format!(
                "表单被重定向到{}，OSS 不会在那里保存文件",
                to.as_ref()
                    .map_or_else(|| String::from("其他地址"), |to| format!(" {to}"))
            ),
            String::from(
                "请让后端返回 OSS 直接响应的地址。如果地址无误，则是网络中有设备重定向了上传：请勿信任该网络，它可能已读取签名表单。",
            ),
        ),
        Reason::NoAnswer { host, is_online } => (
            format!("{host} 没有响应：连接失败，或浏览器不允许读取响应（CORS）"),
            if *is_online {
                cors_hint(origin)
            } else {
                String::from(OFFLINE)
            },
        ),
        Reason::BlockedByPage { host } | Reason::BackendBlockedByPage { host } => (
            format!("页面的 Content-Security-Policy 禁止访问 {host}"),
            format!("请将 {host} 加入页面 Content-Security-Policy 的 connect-src。"),
        ),
        Reason::Stalled { host, after_s } => (
            format!("与 {host} 之间 {after_s} 秒没有传输任何数据"),
            String::from("网络过慢或已中断：请检查网络后重试。"),
        ),
        Reason::FileUnreadable { name } => (
            format!("无法再读取文件“{name}”：选择之后它被移动、修改或删除"),
            String::from("文件已被移动、修改或锁定：请重新选择。"),
        ),
        Reason::ChecksumsDiffer { stored, file } => (
            format!("OSS 保存的内容与文件不同：其 CRC-64 为 {stored}，文件的为 {file}"),
            String::from("请重新上传。若再次发生，可能是文件被改动，或传输途中数据被篡改。"),
        ),
    };
    Words {
        message: ended(&message, '。'),
        hint,
    }
}

pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::FieldNotCovered { name } => {
            format!("Policy 没有关于 `{name}` 的条件：持有这些参数的人可以任意设置它。")
        }
        Notice::PolicyUnreadable => String::from("此处无法读取 Policy，只能由 OSS 判断该文件。"),
        Notice::PolicyFlaw(flaw) => format!("OSS 将拒绝该 Policy：{}。", flaw_words(flaw)),
        Notice::ChecksumHidden => String::from(
            "上传未经校验：存储空间的跨域规则须暴露响应头 x-oss-hash-crc64ecma（最好还有 ETag 和 x-oss-request-id）。",
        ),
        Notice::ChecksumUnreadable => String::from("上传未经校验：无法再次读取文件以计算校验值。"),
        Notice::OutlivesPolicy => String::from(
            "按目前的速度，上传所需时间超过 Policy 的有效期，OSS 可能在最后拒绝：请让后端签发有效期更长的 Policy。",
        ),
    }
}

pub(super) fn flaw_words(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Expiration { expiration } => format!(
            "过期时间 {} 的格式应如 2014-12-01T12:00:00.000Z",
            quoted(expiration)
        ),
        Flaw::NoConditions => String::from("没有任何条件"),
        Flaw::Operator { operator } => format!("没有运算符 {}", quoted(operator)),
        Flaw::SizeRange => String::from("content-length-range 的上下限应为两个字节数，小的在前"),
        Flaw::Condition => String::from("有一个条件既不是文本的映射，也不是三个元素的列表"),
    }
}

/// A server's words behind a sentence of ours, if it has any.
fn with_words(sentence: &str, words: &str) -> String {
    if words.is_empty() {
        String::from(sentence)
    } else {
        format!("{sentence}：{words}")
    }
}

fn refused(refusal: &Refusal) -> String {
    with_words(
        &format!("OSS 拒绝了上传（{}）", refusal.code),
        &refusal.message,
    )
}

/// A backend's words, with its code where they do not hold it; without words the status.
fn backend_words(refusal: Option<&Refusal>, status: Option<u16>) -> String {
    match refusal {
        Some(Refusal { code, message, .. }) if message.is_empty() => code.clone(),
        Some(Refusal { code, message, .. })
            if code.is_empty() || message.contains(code.as_str()) =>
        {
            message.clone()
        }
        Some(Refusal { code, message, .. }) => format!("{message}（{code}）"),
        None => status.map_or_else(String::new, |status| format!("HTTP {status}")),
    }
}

/// An answer with a status that brought nothing useful did not come from the API.
fn answer_hint(error: &Error) -> String {
    String::from(if error.status.is_some() {
        NOT_THE_API
    } else {
        SHAPES
    })
}

fn unreachable_hint(is_online: bool, origin: &str) -> String {
    if is_online {
        format!("无法连接后端：请检查后端是否运行、地址是否正确；若跨域，请允许来源 {origin}。")
    } else {
        String::from(OFFLINE)
    }
}

fn backend_hint(refusal: Option<&Refusal>, status: Option<u16>) -> String {
    let code = refusal.map_or("", |refusal| &refusal.code);
    String::from(match BackendTrouble::of(code, status) {
        BackendTrouble::AccessKey => {
            "后端使用的 AccessKey 不存在或已禁用：请更换有效的 AccessKey。"
        }
        BackendTrouble::Permission => {
            "请为后端的 AccessKey 授予 RAM 权限 hbr:CreateTempFileUploadUrl 或 ens:PrepareUpload。"
        }
        BackendTrouble::Disabled => DISABLED,
        BackendTrouble::NoSuchBucket => NO_SUCH_BUCKET,
        BackendTrouble::SignIn => {
            "后端不允许当前用户上传：请重新登录，或检查 `params` 请求的 Cookie 和请求头。"
        }
        BackendTrouble::NotTheApi => NOT_THE_API,
        BackendTrouble::Busy => "后端繁忙或出错：请稍后重试，并查看后端日志。",
        BackendTrouble::Other => "以上为后端返回的原文：详情请查看后端日志。",
    })
}

fn oss_hint(refusal: &Refusal, origin: &str) -> String {
    String::from(match Trouble::of(&refusal.code, &refusal.message) {
        Trouble::Permission => {
            "签名所用的 AccessKey 需要该存储空间的 oss:PutObject 权限；Bucket Policy 和防盗链也须允许上传。"
        }
        Trouble::Condition => {
            "错误信息中给出了未满足的条件：请按其设置表单域，或在后端修改 Policy。"
        }
        Trouble::Endpoint => {
            "后端给出的 Endpoint 与存储空间不符：请返回该存储空间自己的 Endpoint 或域名。"
        }
        Trouble::Signature => {
            "后端必须对所返回的 Policy（Base64 原文）签名，并使用所返回 AccessKey 对应的 Secret。"
        }
        Trouble::Credentials => "AccessKey ID 与安全令牌必须成对且未过期：请让后端重新获取。",
        Trouble::Clock => "请校准后端时钟：偏差已超过 15 分钟。",
        Trouble::NoSuchBucket => NO_SUCH_BUCKET,
        Trouble::OtherOwner => {
            "存储空间属于另一个账号，而不是签名所用 AccessKey 的账号：请使用其所有者的 AccessKey，或其授权的角色。"
        }
        Trouble::Domain => {
            "该自定义域名不能用于此存储空间：请在 OSS 控制台绑定（可能需要 ICP 备案），或让后端返回存储空间自己的 Endpoint。"
        }
        Trouble::Kms => "存储空间使用 KMS 加密：请为账号开通 KMS，或选择其他加密方式。",
        Trouble::FileSize => OTHER_FILE,
        Trouble::Cors => return cors_hint(origin),
        Trouble::Exists => "该对象不允许被覆盖：请使用其他 Key。",
        Trouble::Disabled => DISABLED,
        Trouble::PolicyDocument => {
            "后端签发的 Policy 格式有误：须包含 `expiration`（UTC 时间）和至少一个条件。"
        }
        Trouble::CutShort => "表单未能完整到达 OSS：请检查网络后重试。",
        Trouble::Busy => "OSS 繁忙：请稍后重试，并减少并发上传数。",
        Trouble::Other => {
            return format!(
                "请参阅 {}。",
                refusal.recommend_doc.as_deref().unwrap_or(TROUBLESHOOTING)
            );
        }
    })
}

fn cors_hint(origin: &str) -> String {
    format!(
        "如果从未上传成功，请为存储空间添加跨域规则：AllowedOrigin {origin}, {CORS_RULE}。如果其他上传正常，则是连接中断：请重试。"
    )
}

fn excess_words(excess: &Excess) -> String {
    match excess {
        Excess::Small { size, min } => {
            let (size, min) = size::pair(*size, *min, exact);
            format!("文件大小为 {size}，至少应为 {min}")
        }
        Excess::Large { size, max } => {
            let (size, max) = size::pair(*size, *max, exact);
            format!("文件大小为 {size}，最多允许 {max}")
        }
        Excess::Type {
            name,
            content_type,
            accept,
        } => {
            let found = if content_type.is_empty() {
                "未知类型"
            } else {
                content_type
            };
            format!(
                "文件“{name}”的类型是 {found}；允许的类型：{}",
                accept.join("、")
            )
        }
    }
}

fn subject_words(subject: &Subject) -> String {
    match subject {
        Subject::Bucket => String::from("存储空间"),
        Subject::Key => String::from("对象名"),
        Subject::ContentType => String::from("内容类型"),
        Subject::Field(name) => format!("表单域 `{name}` "),
    }
}

fn demand_words(demand: &Demand) -> String {
    match demand {
        Demand::Equal(value) => format!("为 {}", quoted(value)),
        Demand::StartWith(prefix) => format!("以 {} 开头", quoted(prefix)),
        Demand::OneOf(values) => format!("为 {} 之一", list(values, "、")),
        Demand::NoneOf(values) => format!("不为 {}", list(values, "、")),
    }
}

fn meaning(expected: Expected) -> &'static str {
    match expected {
        Expected::Host => "上传地址，如 `https://my-bucket.oss-cn-hangzhou.aliyuncs.com`",
        Expected::Endpoint => "存储空间的 Endpoint，如 `oss-cn-hangzhou.aliyuncs.com`",
        Expected::Bucket => "要上传到的存储空间",
        Expected::Key => "对象名，或生成对象名所用的前缀",
        Expected::AccessKeyId => "签名所用的 AccessKey ID",
        Expected::Policy => "被签名的 Base64 文本",
        Expected::Signature => "其签名",
        Expected::Credential => "签名的 AccessKey ID、日期、地域和服务",
        Expected::SignatureDate => "签名时间，如 20231203T121212Z",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => " null",
        Kind::Bool => "布尔值",
        Kind::Number => "数字",
        Kind::String => "文本",
        Kind::Array => "数组",
        Kind::Object => "对象",
    }
}

fn exact(bytes: u64) -> String {
    format!("{bytes} 字节")
}

fn exact_or_rounded(bytes: u64) -> String {
    size::rounded(bytes).unwrap_or_else(|| exact(bytes))
}
