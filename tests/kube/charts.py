# SPDX-FileCopyrightText: 2026 The clearml.enterprise authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small chart with everything that helm waits for."""

from __future__ import annotations

import tarfile
from pathlib import Path

_CHART = "apiVersion: v2\nname: small\nversion: 0.1.0\n"
_VALUES = 'image: "busybox:1"\ncrash: ""\nstorageClass: standard\n'
_DEFINITION = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.lab.example.com}
spec:
  group: lab.example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {size: {type: integer, minimum: 1}}}
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""
_OBJECTS = """apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}-secret}
stringData: {password: hunter2}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {type: LoadBalancer, selector: {app: a}, ports: [{port: 80}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: {{ .Release.Name }}}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: {{ .Values.storageClass }}
  resources: {requests: {storage: 1Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata:
      labels: {app: a}
      {{- with .Values.crash }}
      annotations: {lab.clearml.enterprise/crash: {{ . | quote }}}
      {{- end }}
    spec:
      containers:
        - name: c
          image: {{ .Values.image | quote }}
          env:
            - name: PASSWORD
              valueFrom: {secretKeyRef: {name: {{ .Release.Name }}-secret, key: password}}
          volumeMounts: [{name: d, mountPath: /d}]
      volumes: [{name: d, persistentVolumeClaim: {claimName: {{ .Release.Name }}}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: {{ .Release.Name }}-set}
spec:
  serviceName: set
  selector: {matchLabels: {app: s}}
  template:
    metadata: {labels: {app: s}}
    spec: {containers: [{name: c, image: {{ .Values.image | quote }}}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: {{ .Release.Name }}}
spec:
  ingressClassName: nginx
  rules:
    - host: a.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}
---
apiVersion: lab.example.com/v1
kind: Widget
metadata: {name: {{ .Release.Name }}}
spec: {size: 3}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-before
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1"}]}}}
{{- with .Values.extra }}
---
{{ toYaml . }}
{{- end }}
"""


def make_chart(folder: Path) -> Path:
    """Write the chart below a folder; answers where."""
    chart = folder / "small"
    (chart / "templates").mkdir(parents=True)
    (chart / "crds").mkdir()
    (chart / "Chart.yaml").write_text(_CHART, encoding="utf-8")
    (chart / "values.yaml").write_text(_VALUES, encoding="utf-8")
    (chart / "crds" / "widgets.yaml").write_text(_DEFINITION, encoding="utf-8")
    (chart / "templates" / "all.yaml").write_text(_OBJECTS, encoding="utf-8")
    return chart


def pack_chart(folder: Path, version: str, name: str = "small") -> Path:
    """The chart as an archive of its own, under any name and version; answers where."""
    chart = make_chart(folder / f"{name}-{version}")
    about = f"apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: '{version[0]}'\n"
    (chart / "Chart.yaml").write_text(about, encoding="utf-8")
    packed = folder / f"{name}-{version}.tgz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(chart, arcname=name)
    return packed
