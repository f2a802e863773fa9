{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

What the server reports to, named after the release as the parts of a chart are: Kafka, and a Redis.
*/ -}}
{{- $scope := dict "root" . "component" "billing" "values" dict "name" (include "lab.fullname" .) }}
{{ include "lab.deployment" $scope }}
{{- include "lab.pullSecret" $scope }}
---
{{- $kafka := printf "%s-kafka" .Release.Name }}
{{ include "lab.database" (dict
    "root" . "component" "kafka" "values" dict "name" $kafka "service" $kafka "port" 9092 "mountPath" "/bitnami/kafka"
    "storage" (dict "size" "8Gi")) }}
---
{{- $redis := printf "%s-redis-master" .Release.Name }}
{{ include "lab.database" (dict
    "root" . "component" "redis" "values" dict "name" $redis "service" $redis "port" 6379 "mountPath" "/data"
    "storage" (dict "size" "8Gi")) }}
