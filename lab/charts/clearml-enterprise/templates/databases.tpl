{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

What keeps data: one StatefulSet and one Service each, claims by template, a Secret where a login is asked for.
*/ -}}
{{- $redis := .Values.redis }}
{{- if $redis.enabled }}
{{- $name := printf "%s-redis-master" .Release.Name }}
{{ include "lab.database" (dict
    "root" . "component" "redis" "values" dict "name" $name "service" $name "port" ($redis.master.port | default 6379) "mountPath" "/data"
    "login" (and $redis.auth.enabled (dict "password" ($redis.auth.password | default "")))
    "storage" (dict "class" $redis.master.persistence.storageClass "size" $redis.master.persistence.size)
    "watched" $redis.auth) }}
{{- end }}
{{- $mongodb := .Values.mongodb }}
{{- $operated := .Values.mckMongodb | default dict }}
{{- $user := dict "user" $mongodb.auth.rootUser "password" ($mongodb.auth.rootPassword | default "") }}
{{- $common := dict
    "root" . "port" 27017 "login" (and $mongodb.auth.enabled $user) "watched" $mongodb.auth
    "storage" (dict "class" $mongodb.persistence.storageClass "size" $mongodb.persistence.size) }}
{{- if and $mongodb.enabled (not (and $operated.enabled $operated.migrated)) }}
---
{{- $name := printf "%s-mongodb" .Release.Name }}
{{ include "lab.database" (merge (dict
    "component" "mongodb" "name" $name "service" $name
    "values" (dict "image" $mongodb.image "replicaCount" (eq $mongodb.architecture "replicaset" | ternary 2 1))
    "mountPath" ($mongodb.persistence.mountPath | default "/bitnami/mongodb")) $common) }}
{{- end }}
{{- if $operated.enabled }}
---
{{ include "lab.database" (merge (dict
    "component" "mongodb-replica-set" "values" dict "name" "mongodb-replica-set" "service" "mongodb-replica-set-svc"
    "mountPath" "/data") $common) }}
{{- end }}
{{- $elastic := .Values.elasticsearch }}
{{- if $elastic.enabled }}
---
{{- $name := include "clearml.elastic" . }}
{{- $secret := $elastic.secret | default dict }}
{{- $claim := $elastic.volumeClaimTemplate }}
{{ include "lab.database" (dict
    "root" . "component" "elasticsearch" "name" $name "service" $name "port" ($elastic.httpPort | default 9200)
    "values" (dict "replicaCount" (dig "replicas" 1 $elastic) "resources" $elastic.resources)
    "mountPath" "/usr/share/elasticsearch/data"
    "environment" $elastic.extraEnvs "login" (and $secret.enabled (dict "password" ($secret.password | default "")))
    "storage" (dict "class" $claim.storageClassName "size" $claim.resources.requests.storage)
    "watched" (list $secret $elastic.esConfig $elastic.esJavaOpts)) }}
{{- end }}
