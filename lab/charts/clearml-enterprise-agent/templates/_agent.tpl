{{- /*
SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
SPDX-License-Identifier: GPL-3.0-or-later
*/ -}}
{{- define "agent.secret" -}}
{{ .Values.clearml.existingAgentk8sglueSecret | default (printf "%s-ac" (include "lab.fullname" .)) }}
{{- end }}

{{- define "agent.account" -}}
{{ .Values.agentk8sglue.serviceExistingAccountName | default (printf "%s-sa" (include "lab.fullname" .)) }}
{{- end }}

{{- define "agent.environment" -}}
{{- $values := .Values.agentk8sglue -}}
{{- $sessions := .Values.sessions -}}
{{ include "lab.secretVariable" (dict "name" "CLEARML_API_ACCESS_KEY" "secret" (include "agent.secret" .) "key" "agentk8sglue_key") }}
{{ include "lab.secretVariable" (dict "name" "CLEARML_API_SECRET_KEY" "secret" (include "agent.secret" .) "key" "agentk8sglue_secret") }}
- {name: CLEARML_API_HOST, value: {{ $values.apiServerUrlReference | default "" | quote }}}
{{- with $values.fileServerUrlReference }}
- {name: CLEARML_FILES_HOST, value: {{ . | quote }}}
{{- end }}
{{- with $values.webServerUrlReference }}
- {name: CLEARML_WEB_HOST, value: {{ . | quote }}}
{{- end }}
{{- if not (dig "clearmlcheckCertificate" true $values) }}
- {name: CLEARML_API_HOST_VERIFY_CERT, value: "false"}
{{- end }}
{{- with $values.defaultContainerImage }}
- {name: CLEARML_DOCKER_IMAGE, value: {{ . | quote }}}
{{- end }}
- {name: K8S_GLUE_QUEUES, value: {{ keys $values.queues | sortAlpha | join "," | quote }}}
- {name: K8S_GLUE_CREATE_QUEUES, value: {{ $values.createQueues | quote }}}
{{- if ($values.appsQueue | default dict).enabled }}
- {name: K8S_GLUE_APPS_QUEUE, value: "true"}
{{- end }}
{{- with $values.workerIdOverride }}
- {name: CLEARML_WORKER_ID, value: {{ . | quote }}}
{{- end }}
{{- if $sessions.portModeEnabled }}
- name: K8S_GLUE_EXTRA_ARGS
  value: --ports-mode --num-of-services {{ $sessions.maxServices }} --base-port {{ $sessions.startingPort }} --gateway-address {{ $sessions.externalIP }}
{{- with $sessions.agentID }}
- {name: K8S_GLUE_AGENT_ID, value: {{ . | quote }}}
{{- end }}
{{- end }}
{{- with $values.extraEnvs }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "agent.volumes" -}}
{{- $full := include "lab.fullname" .root -}}
{{- $values := .root.Values -}}
- name: templates
  configMap: {name: {{ $full }}-pt}
{{- if $values.clearml.existingClearmlConfigSecret }}
- name: clearml-conf
  secret: {secretName: {{ $values.clearml.existingClearmlConfigSecret }}}
{{- else if $values.clearml.clearmlConfig }}
- name: clearml-conf
  secret: {secretName: {{ $full }}-ac, items: [{key: clearml.conf, path: clearml.conf}]}
{{- end }}
{{- if $values.agentk8sglue.fileMounts }}
- name: files
  secret: {secretName: {{ $full }}-afm}
{{- end }}
{{- include "lab.certificateVolumes" . }}
{{- with $values.agentk8sglue.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "agent.mounts" -}}
{{- $values := .root.Values -}}
- {name: templates, mountPath: /home/nonroot/template}
{{- if or $values.clearml.existingClearmlConfigSecret $values.clearml.clearmlConfig }}
- {name: clearml-conf, mountPath: /home/nonroot/clearml.conf, subPath: clearml.conf, readOnly: true}
{{- end }}
{{- range $values.agentk8sglue.fileMounts }}
- {name: files, mountPath: {{ trimSuffix "/" .folderPath }}/{{ .name }}, subPath: {{ .name }}, readOnly: true}
{{- end }}
{{- include "lab.certificateMounts" . }}
{{- with $values.agentk8sglue.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}
