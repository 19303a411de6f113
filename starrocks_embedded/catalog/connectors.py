"""The types of external catalogs: what CREATE EXTERNAL CATALOG must say of each, checked in the server's order.

Nothing is reached out for. Where a server would ask a metastore or a REST service, the answer is taken to be yes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from starrocks_embedded.errors import StarRocksError, failure, unsupported
from starrocks_embedded.version import Version

Properties = dict[str, str]
HIVE_URIS = "hive.metastore.uris"
METASTORES = ("hive", "glue", "dlf")
JDBC_KEYS = ("driver_class", "jdbc_uri", "user", "password", "driver_url")
CREDENTIALS = (
    "aws.s3.access_key", "aws.s3.secret_key", "aws.glue.access_key", "aws.glue.secret_key", "azure.blob.shared_key",
    "azure.blob.sas_token", "azure.adls1.oauth2_credential", "azure.adls2.shared_key",
    "azure.adls2.oauth2_client_secret", "gcp.gcs.service_account_private_key", "aliyun.oss.access_key",
    "aliyun.oss.secret_key", "iceberg.catalog.credential", "iceberg.catalog.token",
    "iceberg.catalog.rest.access-key-id", "iceberg.catalog.rest.secret-access-key", "odps.access.id",
    "odps.access.key",
)  # fmt: skip
MASK = "******"


def is_known(kind: str, version: Version) -> bool:
    known = ("es", "odps", "kudu", "unified", *CHECKS)
    return kind in known or (kind == "benchmark" and version.at_least("4.1"))


def check_connector(kind: str, name: str, properties: Properties, version: Version) -> Properties:
    """The properties that the catalog keeps; the server's refusal where one is missing or wrong."""
    reason = MISSING[kind](properties) if kind in MISSING else ""
    check = CHECKS.get(kind)
    if not reason and check is None:
        raise unsupported(f"CREATE EXTERNAL CATALOG of type {kind}")
    reason = reason or (check(properties, version) if check else "")
    if reason:
        raise _no_connector(kind, name, reason)
    kept = dict(properties)
    if kind == "jdbc" and "checksum" not in kept and (driver := _local_file(kept["driver_url"])):
        kept["checksum"] = hashlib.md5(driver.read_bytes(), usedforsecurity=False).hexdigest()
    return kept


def _no_connector(kind: str, name: str, why: str) -> StarRocksError:
    return failure(f"connector create failed {{Failed to init connector [type: {kind}, name: {name}]. msg: {why}}}")


def shown_properties(properties: Properties) -> Properties:
    """As SHOW CREATE CATALOG prints them: a password not at all, credentials but for their ends."""
    return {k: _masked(v) if k in CREDENTIALS else v for k, v in properties.items() if k != "password"}


def _masked(value: str) -> str:
    return MASK if len(value) <= 4 else f"{value[:2]}{MASK}{value[-2:]}"


def folds_case(kind: str, properties: Properties) -> bool:
    """A Hive metastore knows lower-case names only."""
    metastore = properties.get("iceberg.catalog.type", "").lower() in ("hive", "glue")
    return kind in ("hive", "hudi", "deltalake") or (kind == "iceberg" and metastore)


# ---- one type each: why it cannot be made, or nothing


def _semantic(text: str) -> str:
    return f"Getting analyzing error. Detail message: {text}."


def _by_metastore(missing: str) -> Callable[[Properties, Version], str]:
    def check(properties: Properties, version: Version) -> str:
        metastore = properties.get("hive.metastore.type", "hive").lower()
        if metastore not in METASTORES:
            return _semantic(f"hive metastore type [{metastore}] is not supported")
        return missing if metastore == "hive" and HIVE_URIS not in properties else ""

    return check


def _iceberg(properties: Properties, version: Version) -> str:
    kind = (properties.get("iceberg.catalog.type") or properties.get("starrocks.catalog-type") or "").lower()
    if not kind:
        return (
            "Can't find iceberg native catalog type. You must specify the 'iceberg.catalog.type' property when "
            "creating an iceberg catalog in the catalog properties"
        )
    if kind not in ("hive", "glue", "rest", "hadoop", "jdbc") or (kind == "jdbc" and not version.at_least("3.5")):
        return "Property iceberg.catalog.type is missing or not supported now."
    if kind == "hive" and not (properties.get(HIVE_URIS) or properties.get(f"iceberg.catalog.{HIVE_URIS}")):
        return f"Null {HIVE_URIS}, please check your property's key and value of catalog or resource."
    if kind == "rest" and "iceberg.catalog.uri" not in properties:
        return "Failed to load rest catalog"
    if kind == "jdbc" and "iceberg.catalog.uri" not in properties:
        return 'Iceberg jdbc catalog must set uri  ("iceberg.catalog.uri" = "jdbc:[mysql|postgresql]://host:port/db_name").'
    if kind in ("hadoop", "jdbc") and "iceberg.catalog.warehouse" not in properties:
        return (
            f'Iceberg {kind} catalog must set warehouse location ("iceberg.catalog.warehouse" = '
            '"s3://path/to/warehouse").'
        )
    return ""


def _jdbc(properties: Properties, version: Version) -> str:
    for key in JDBC_KEYS:
        if key not in properties:
            return f"Missing {key} in properties"
    url = properties["driver_url"]
    if urlsplit(url).scheme not in ("file", "http", "https") or (_is_local(url) and _local_file(url) is None):
        return f"Cannot get driver from url: {url}"
    return ""


def _is_local(url: str) -> bool:
    return urlsplit(url).scheme == "file"


def _local_file(url: str) -> Path | None:
    path = Path(unquote(urlsplit(url).path))
    return path if _is_local(url) and path.is_file() else None


def _paimon(properties: Properties, version: Version) -> str:
    kind = properties.get("paimon.catalog.type", "")
    if not kind:
        return "The property paimon.catalog.type must be set."
    if kind == "hive" and not properties.get(HIVE_URIS):
        return f"The property {HIVE_URIS} must be set if paimon catalog is hive."
    if kind != "hive" and kind.lower() != "dlf" and not properties.get("paimon.catalog.warehouse"):
        return "The property paimon.catalog.warehouse must be set."
    return ""


CHECKS: dict[str, Callable[[Properties, Version], str]] = {
    "hive": _by_metastore(f"{HIVE_URIS} must be set in properties when creating hive catalog"),
    "hudi": _by_metastore(f"{HIVE_URIS} must be set in properties when creating hive catalog"),
    "deltalake": _by_metastore(f"{HIVE_URIS} must be set in properties when creating catalog of hive-metastore"),
    "iceberg": _iceberg,
    "jdbc": _jdbc,
    "paimon": _paimon,
}
# the first thing that those ask which are not supported any further
MISSING: dict[str, Callable[[Properties], str]] = {
    "es": lambda p: "" if "hosts" in p else 'Cannot load from object array because "nodes" is null',
    "kudu": lambda p: "" if p.get("kudu.catalog.type") else "The property kudu.catalog.type must be set.",
    "odps": lambda p: "" if "odps.access.id" in p else "Missing odps.access.id in properties",
    "unified": lambda p: (
        ""
        if p.get("unified.metastore.type") in ("hive", "glue")
        else _semantic("Unified catalog only supports hive and glue as metastore.")
    ),
}
