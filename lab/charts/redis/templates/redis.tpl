{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later

A master, and copies of it if there is replication.  A password that is not given is random, and kept over upgrades.
*/ -}}
{{- $full := include "lab.fullname" . }}
{{- $auth := .Values.auth }}
{{- $key := "redis-password" }}
{{- if and $auth.enabled (not $auth.existingSecret) }}
{{- $kept := dig "data" $key "" (lookup "v1" "Secret" .Release.Namespace $full) | b64dec }}
{{- $password := $auth.password | default $kept | default (randAlphaNum 10) }}
{{ include "lab.secret" (dict "root" . "component" "redis" "name" $full "data" (dict $key $password)) }}
{{- end }}
{{- $roles := list "master" }}
{{- if eq .Values.architecture "replication" }}
{{- $roles = append $roles "replicas" }}
{{- end }}
{{- range $role := $roles }}
{{- $values := eq $role "master" | ternary $.Values.master $.Values.replica }}
{{- $name := printf "%s-%s" $full $role }}
---
{{ include "lab.database" (dict
    "root" $ "component" $role "values" (merge (dict "image" $.Values.image) $values) "name" $name "service" $name
    "port" 6379 "mountPath" "/data"
    "secret" (and $auth.enabled ($auth.existingSecret | default $full))
    "key" (and $auth.existingSecret $auth.existingSecretPasswordKey | default $key)
    "storage" (dict "class" $values.persistence.storageClass "size" $values.persistence.size)
    "watched" $auth) }}
{{- end }}
