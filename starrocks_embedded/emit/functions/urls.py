"""The parts of a URL."""

# ruff: noqa: E501 (a macro is one line)

from __future__ import annotations

from starrocks_embedded.emit.functions import LATER, templates

# `u` is the trimmed text, `r` what follows its `://`
LATER["urls"] = [
    r"""
before(s, d) AS CASE WHEN contains(s, d) THEN left(s, instr(s, d) - 1) ELSE s END
after(s, d) AS substr(s, instr(s, d) + length(d))
url_host(r) AS list_transform([CASE WHEN contains(r, '@') THEN urls.after(r, '@') ELSE r END], lambda host: CASE WHEN contains(host, ':') THEN urls.before(host, ':') ELSE urls.before(host, '/') END)[1]
url_file(r, whole) AS CASE WHEN whole THEN r WHEN contains(r, '/') THEN substr(r, instr(r, '/')) ELSE '' END
url_path(f) AS CASE WHEN contains(f, '?') THEN urls.before(f, '?') ELSE urls.before(f, '#') END
url_query(r) AS CASE WHEN contains(r, '?') THEN urls.before(urls.after(r, '?'), '#') END
url_piece(u, r, relative, part) AS CASE part WHEN 'FILE' THEN urls.before(urls.url_file(r, relative), '#') WHEN 'PATH' THEN urls.url_path(urls.url_file(r, relative)) WHEN 'QUERY' THEN urls.url_query(r) WHEN 'REF' THEN CASE WHEN contains(r, '#') THEN urls.after(r, '#') END ELSE CASE WHEN NOT relative THEN CASE part WHEN 'AUTHORITY' THEN urls.before(r, '/') WHEN 'HOST' THEN urls.url_host(r) WHEN 'PROTOCOL' THEN urls.before(u, '://') WHEN 'USERINFO' THEN CASE WHEN contains(r, '@') THEN urls.before(r, '@') END END END END
url_read(s) AS list_transform([trim(s, ' ')], lambda url: {'url': url, 'rest': CASE WHEN contains(url, '://') THEN urls.after(url, '://') ELSE url END, 'relative': NOT contains(url, '://')})[1]
url_part(s, part) AS list_transform([urls.url_read(s)], lambda read: urls.url_piece(read['url'], read['rest'], read['relative'], part))[1]
url_decoded_or_null(s) AS CASE WHEN NOT contains(regexp_replace(s, '%[0-9A-F]{2}', '', 'g'), '%') THEN url_decode(s) END
url_value_at(rest) AS CASE WHEN rest = '' OR rest[1] = '&' THEN '' WHEN rest[1] = '=' THEN urls.url_decodable(urls.before(rest[2:], '&')) END
url_decodable(s) AS CASE WHEN NOT contains(regexp_replace(s, '%[0-9A-F]{2}', '', 'g'), '%') THEN url_decode(s) END
url_value(q, k) AS list_transform([{'query': q, 'at': instr(q, k)}], lambda found: CASE WHEN found['at'] = 0 OR (found['at'] > 1 AND found['query'][found['at'] - 1] <> '&') THEN NULL ELSE urls.url_value_at(substr(found['query'], found['at'] + length(k))) END)[1]
url_parameter(u, k) AS CASE WHEN k <> '' AND NOT regexp_matches(k, '\s') THEN urls.url_value(list_transform([urls.url_read(u)], lambda read: urls.url_query(read['rest']))[1], k) END
"""
]

templates(
    {
        "parse_url": "urls.url_part({0}, {1})",
        "url_extract_host": "urls.url_part({0}, 'HOST')",
        "url_extract_parameter": "urls.url_parameter({0}, {1})",
    },
)
