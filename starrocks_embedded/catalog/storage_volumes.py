"""Storage volumes: what they may be. A cluster that shares nothing keeps them and puts nothing there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from starrocks_embedded.catalog import model
from starrocks_embedded.catalog.hash_order import hash_order
from starrocks_embedded.catalog.names import COMMON
from starrocks_embedded.errors import analysis_error, failure, unsupported

if TYPE_CHECKING:
    from starrocks_embedded.engine import Engine

BUILTIN = "builtin_storage_volume"
TYPES = ("s3", "hdfs", "azblob", "adls2", "gs")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):.+")
MASK = "******"
MASKED = ("aws.s3.access_key", "aws.s3.secret_key")
PARTITIONED = ("aws.s3.enable_partitioned_prefix", "aws.s3.num_partitioned_prefix")
S3 = (
    "use_aws_sdk_default_behavior", "use_instance_profile", "use_web_identity_token_file", "access_key", "secret_key",
    "session_token", "iam_role_arn", "sts.region", "sts.endpoint", "external_id", "region", "endpoint",
    "enable_partitioned_prefix", "num_partitioned_prefix", "enable_path_style_access", "enable_ssl",
)  # fmt: skip
S3_PARAMS = frozenset(f"aws.s3.{name}" for name in S3)
# of other stores and of Hive's metastore: known names that say nothing to S3
OTHER_PREFIXES = ("aws.glue.", "azure.", "gcp.gcs.", "hadoop.", "aliyun.oss.", "tencent.cos.", "fs.obs.", "kerberos_")


def find_volume(engine: Engine, name: str) -> model.StorageVolume | None:
    return next((v for v in engine.catalog.all(model.StorageVolume) if v.name == name), None)


def check_name(name: str) -> None:
    if not name:
        raise analysis_error("'storage volume name' can not be null or empty")
    if name == BUILTIN:
        reserved = f"{BUILTIN} is a reserved storage volume name"
        raise analysis_error(f"{reserved}, please choose a different name for the storage volume")


def check_new(volume: model.StorageVolume) -> None:
    """All but whether the name is free."""
    check_name(volume.name)
    if not all(volume.locations):
        raise analysis_error("'location' field is required to create the storage volume")
    if not COMMON.fullmatch(volume.name):
        raise analysis_error(f"Incorrect storage volume name '{volume.name}'", code=5063)
    check_params(volume.type, volume.params)
    for location in volume.locations:
        _check_location(volume.type, location)
    check_credentials(volume)


def check_params(type_: str, params: dict[str, str]) -> None:
    if type_.lower() == "hdfs":
        return
    for name in params:
        if name not in S3_PARAMS and not name.startswith(OTHER_PREFIXES):
            raise failure(f"Invalid properties {name}")
    for name in PARTITIONED:
        if type_.lower() != "s3" and name in params:
            raise failure(f"Invalid property '{name}' for storage volume type '{type_}'")
    number = params.get(PARTITIONED[1])
    if number is not None and not re.fullmatch(r"\+?[0-9]+", number):
        wanted = "a positive integer string" if re.fullmatch(r"-[0-9]+", number) else "a valid integer string"
        raise failure(f"Invalid property value '{number}' for property '{PARTITIONED[1]}', expecting {wanted}.")


def _check_location(type_: str, location: str) -> None:
    match = SCHEME.fullmatch(location)
    if type_.lower() not in TYPES:
        raise failure(f"Unknown storage volume type: {type_}")
    scheme = match[1].lower() if match else ""
    fits = re.fullmatch(r"[a-z][a-z0-9]*", scheme) if type_.lower() == "hdfs" else scheme == type_.lower()
    if not fits:
        raise failure(f"Invalid location {location}")


def check_credentials(volume: model.StorageVolume) -> None:
    """Parameters must say how to log in."""
    params = volume.params
    if volume.type.upper() == "HDFS":
        return
    if volume.type.upper() != "S3":
        raise unsupported(f"A storage volume of type {volume.type}")
    usual = any(params.get(f"aws.s3.{n}", "").lower() == "true" for n in S3[:2])
    if not usual and not all(params.get(name) for name in MASKED):
        raise analysis_error(f"Storage params is not valid {shown_params(params)}")
    if params.get(PARTITIONED[0], "").lower() == "true":
        for location in volume.locations:
            if location.partition("://")[2].partition("/")[2]:
                place = f"the location '{location}' should not contain sub path after bucket name!"
                raise failure(f"Storage volume '{volume.name}' has '{PARTITIONED[0]}'='true', {place}")


def shown_params(params: dict[str, str]) -> str:
    """As JSON in the order of a Java map, secrets masked."""
    shown = {name: MASK if name in MASKED else params[name] for name in hash_order(hash_order(params), len(params))}
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False)
