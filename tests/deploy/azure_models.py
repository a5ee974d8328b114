"""What Azure takes: the properties of its resources, as the models of its own SDK have them."""
# ruff: noqa: SLF001 - the SDK tells them nowhere else

import importlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

NETWORK, POSTGRES = "network.models", "postgresqlflexibleservers.models"
MODELS = {  # resource type: the module below azure.mgmt, the class, and the version it is of
    "Microsoft.App/containerApps": ("appcontainers.models", "ContainerApp", "2026-07-01"),
    "Microsoft.App/jobs": ("appcontainers.models", "Job", "2026-07-01"),
    "Microsoft.App/managedEnvironments": (
        "appcontainers.models",
        "ManagedEnvironment",
        "2026-07-01",
    ),
    "Microsoft.Authorization/roleAssignments": (
        "authorization.v2022_04_01.models",
        "RoleAssignmentCreateParameters",
        "2022-04-01",
    ),
    "Microsoft.Consumption/budgets": ("consumption.models", "Budget", "2024-08-01"),
    "Microsoft.ContainerRegistry/registries": (
        "containerregistry.models",
        "Registry",
        "2025-11-01",
    ),
    "Microsoft.DBforPostgreSQL/flexibleServers": (POSTGRES, "Server", "2026-10-01"),
    "Microsoft.DBforPostgreSQL/flexibleServers/administrators": (
        POSTGRES,
        "AdministratorMicrosoftEntra",
        "2026-10-01",
    ),
    "Microsoft.DBforPostgreSQL/flexibleServers/configurations": (
        POSTGRES,
        "Configuration",
        "2026-10-01",
    ),
    "Microsoft.DBforPostgreSQL/flexibleServers/databases": (POSTGRES, "Database", "2026-10-01"),
    "Microsoft.Insights/actionGroups": (
        "monitor.v2023_01_01.models",
        "ActionGroupResource",
        "2023-01-01",
    ),
    "Microsoft.Insights/components": (
        "applicationinsights.v2020_02_02.models",
        "ApplicationInsightsComponent",
        "2020-02-02",
    ),
    "Microsoft.Insights/diagnosticSettings": (
        "monitor.v2021_05_01_preview.models",
        "DiagnosticSettingsResource",
        "2021-05-01-preview",
    ),
    "Microsoft.Insights/metricAlerts": (
        "monitor.v2018_03_01.models",
        "MetricAlertResource",
        "2018-03-01",
    ),
    "Microsoft.Insights/scheduledQueryRules": (
        "monitor.v2022_08_01_preview.models",
        "ScheduledQueryRuleResource",
        "2022-08-01-preview",
    ),
    "Microsoft.KeyVault/vaults": ("keyvault.models", "Vault", "2026-05-15"),
    "Microsoft.ManagedIdentity/userAssignedIdentities": (
        "msi.v2024_11_30.models",
        "Identity",
        "2024-11-30",
    ),
    "Microsoft.Network/networkSecurityGroups": (NETWORK, "NetworkSecurityGroup", "2026-03-01"),
    "Microsoft.Network/privateDnsZones": ("privatedns.models", "PrivateZone", "2024-06-01"),
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": (
        "privatedns.models",
        "VirtualNetworkLink",
        "2024-06-01",
    ),
    "Microsoft.Network/virtualNetworks": (NETWORK, "VirtualNetwork", "2026-03-01"),
    "Microsoft.OperationalInsights/workspaces": ("loganalytics.models", "Workspace", "2025-07-01"),
}
BASIC = {"str": str, "int": int, "long": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Property:
    """``kind`` is a class, list[…], dict[str, …], an Enum, or Any where nothing is known."""

    kind: Any
    is_readonly: bool
    is_required: bool


type Properties = dict[str, "Property | Properties"]


def model_of(resource_type: str) -> Any:
    module, name, _ = MODELS[resource_type]
    return getattr(importlib.import_module(f"azure.mgmt.{module}"), name)


def is_model(kind: Any) -> bool:
    return isinstance(kind, type) and any(base.__name__ == "Model" for base in kind.__mro__)


def properties_of(model: Any) -> Properties:
    """The properties of a model by their names in a template, of the SDK's old kind or its new."""
    if hasattr(model, "_attribute_map"):
        return _of_the_old_kind(model)
    model({})  # fills the model's own table
    models = importlib.import_module(model.__module__.rpartition(".")[0])
    hints = get_type_hints(model, localns={"_models": models, "models": models})
    found: Properties = {}
    for name, field in model._attr_to_rest_field.items():
        kind, is_optional = without_none(hints.get(name, Any))
        is_readonly = field._visibility == ["read"]
        is_required = not (is_optional or is_readonly or field._is_discriminator)
        found[field._rest_name] = Property(kind, is_readonly, is_required)
    return found


def without_none(kind: Any) -> tuple[Any, bool]:
    """A kind, and whether it may be left out; a choice of words becomes the words."""
    parts = [part for part in get_args(kind) if part is not type(None)]
    if get_origin(kind) is not Union and type(kind).__name__ != "UnionType":
        return kind, False
    words = [part for part in parts if isinstance(part, type) and issubclass(part, Enum)]
    chosen = words[0] if words else parts[0] if len(parts) == 1 else Any
    return chosen, len(parts) < len(get_args(kind))


def chosen_by(model: Any, given: dict[str, Any]) -> Any:
    """The model that a word in what is given selects, such as ``odata.type``."""
    if getattr(model, "_subtype_map", None):
        ((name, table),) = model._subtype_map.items()
        key = model._attribute_map[name]["key"].replace("\\.", ".")
        module = importlib.import_module(model.__module__.rpartition(".")[0])
        found = getattr(module, str(table.get(given.get(key))), None)
        return chosen_by(found, given) if found and found is not model else model
    table = getattr(model, "__mapping__", None) or {}
    keys = [
        field._rest_name
        for field in getattr(model, "_attr_to_rest_field", {}).values()
        if field._is_discriminator
    ]
    found = table.get(given.get(keys[0])) if keys else None
    return chosen_by(found, given) if found and found is not model else model


def _of_the_old_kind(model: Any) -> Properties:
    module = importlib.import_module(model.__module__.rpartition(".")[0])
    found: Properties = {}
    for name, told in model._attribute_map.items():
        rules = model._validation.get(name, {})
        *path, last = [part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", told["key"])]
        place = found
        for part in path:
            place = place.setdefault(part, {})  # type: ignore[assignment]
        place[last] = Property(
            _kind(told["type"], module), rules.get("readonly", False), rules.get("required", False)
        )
    return found


def _kind(told: str, module: Any) -> Any:
    if told.startswith("["):
        return list[_kind(told[1:-1], module)]  # type: ignore[misc]
    if told.startswith("{"):
        return dict[str, _kind(told[1:-1], module)]  # type: ignore[misc]
    return BASIC.get(told) or getattr(module, told, Any)
