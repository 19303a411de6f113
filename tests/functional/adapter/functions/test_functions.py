"""dbt's functions as StarRocks' SQL functions: one expression each, from 4.1 on."""

from __future__ import annotations

import pytest
from dbt.tests.adapter.functions.test_udfs import (
    CanFindScalarFunctionRelation,
    DeterministicUDF,
    ErrorForUnsupportedType,
    NonDeterministicUDF,
    PythonUDFEntryPointRequired,
    PythonUDFNotSupported,
    PythonUDFRuntimeVersionRequired,
    SqlUDFDefaultArgSupport,
    StableUDF,
    UDFsBasic,
)
from dbt.tests.util import run_dbt

NO_JAVASCRIPT = "StarRocks has no functions in JavaScript"
NO_AGGREGATES = "StarRocks has no aggregate functions in SQL, and none in Python that is given inline"
NO_PYTHON = "functions in Python need switches on every node and their own DDL"
NOT_APPLICABLE = {
    "BasicJSUDF": NO_JAVASCRIPT,
    "BasicJSAggregateUDF": NO_JAVASCRIPT,
    "JSAggregateUDFVolatilityIgnored": NO_JAVASCRIPT,
    "JSUDFDefaultArgSupport": NO_JAVASCRIPT,
    "JSUDFDeterministicVolatility": NO_JAVASCRIPT,
    "JSUDFMultiLineBody": NO_JAVASCRIPT,
    "JSUDFNonDeterministicVolatility": NO_JAVASCRIPT,
    "JSUDFStableVolatilityWarns": NO_JAVASCRIPT,
    "BasicPythonUDAF": NO_AGGREGATES,
    "BasicSQLUDAF": NO_AGGREGATES,
    "PythonUDAFDefaultArgSupport": NO_AGGREGATES,
    "PythonUDFSupported": NO_PYTHON,
    "PythonUDFVolatilitySupport": NO_PYTHON,
    "PythonUDFWithPackagesSupported": NO_PYTHON,
    "PythonUDFDefaultArgSupport": NO_PYTHON,
}

since_4_1 = pytest.mark.only_since("4.1", reason="SQL functions came with 4.1")


@since_4_1
class TestUDFsBasic(UDFsBasic):
    pass


class WithoutVolatility:
    """StarRocks has no word for it: the function is made without, and dbt warns."""

    def check_function_volatility(self, sql: str):
        UDFsBasic.check_function_volatility(self, sql)  # type: ignore[arg-type]


@since_4_1
class TestDeterministicUDF(WithoutVolatility, DeterministicUDF):
    pass


@since_4_1
class TestStableUDF(WithoutVolatility, StableUDF):
    pass


@since_4_1
class TestNonDeterministicUDF(WithoutVolatility, NonDeterministicUDF):
    pass


@since_4_1
class TestSqlUDFDefaultArgSupport(SqlUDFDefaultArgSupport):
    pass


class TestErrorForUnsupportedType(ErrorForUnsupportedType):
    pass


class TestPythonUDFNotSupported(PythonUDFNotSupported):
    pass


class TestPythonUDFRuntimeVersionRequired(PythonUDFRuntimeVersionRequired):
    pass


class TestPythonUDFEntryPointRequired(PythonUDFEntryPointRequired):
    pass


@since_4_1
class TestCanFindScalarFunctionRelation(CanFindScalarFunctionRelation):
    pass


class TestBeforeSqlFunctions(UDFsBasic):
    """Older servers: the sentence names the version that can."""

    pytestmark = pytest.mark.only_before("4.1", reason="newer servers make the function")

    def test_udfs(self, project):
        results = run_dbt(["build"], expect_pass=False)
        assert "needs StarRocks 4.1.0 or newer" in results[0].message
