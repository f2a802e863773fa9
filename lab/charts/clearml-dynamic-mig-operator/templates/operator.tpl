{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- $scope := dict "root" . "component" "operator" "values" dict "name" (include "lab.fullname" .) }}
{{ include "lab.deployment" $scope }}
{{- include "lab.pullSecret" $scope }}
