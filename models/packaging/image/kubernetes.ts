import { type ImageFacts, PORT, USER_ID } from './dockerfile.js';

/** Names of Kubernetes objects have at most so many characters. */
const NAME_CHARACTERS = 63;

/**
 * A Deployment and its Service for the image. The root file system is read-only: the state directory
 * is a volume of the pod, and the keys of its callers come from a Secret.
 */
export function kubernetesManifest({ model, version, packageHash }: ImageFacts): string {
  const name = objectName(model);
  return `# kubectl create secret generic ${name}-keys --from-file=KEYS, the directory access/keys of a state
# directory in which \`millrace keys create --name NAME --scope predict\` was run; then
# kubectl apply --filename kubernetes.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "${name}"
  labels: &labels
    app.kubernetes.io/name: "${name}"
    app.kubernetes.io/managed-by: millrace
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: "${name}"
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels: *labels
      annotations:
        millrace/version: "${version}"
        millrace/package: "${packageHash}"
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 30
      securityContext:
        runAsNonRoot: true
        runAsUser: ${USER_ID}
        runAsGroup: ${USER_ID}
        fsGroup: ${USER_ID}
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: gateway
          image: ${model}:${version}
          imagePullPolicy: IfNotPresent
          ports:
            - name: http
              containerPort: ${PORT}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          resources:
            requests: { cpu: 250m, memory: 256Mi }
            limits: { cpu: "1", memory: 512Mi }
          startupProbe:
            httpGet: { path: /v2/health/live, port: http }
            periodSeconds: 1
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /v2/health/live, port: http }
            periodSeconds: 10
            timeoutSeconds: 3
          readinessProbe:
            httpGet: { path: /v2/health/ready, port: http }
            periodSeconds: 2
            timeoutSeconds: 2
          volumeMounts:
            - { name: state, mountPath: /state }
            - { name: scratch, mountPath: /tmp }
            - { name: keys, mountPath: /state/access/keys, readOnly: true }
      volumes:
        - name: state
          emptyDir: { sizeLimit: 5Gi }
        - name: scratch
          emptyDir: { sizeLimit: 1Gi }
        - name: keys
          secret: { secretName: ${name}-keys }
---
apiVersion: v1
kind: Service
metadata:
  name: "${name}"
  labels:
    app.kubernetes.io/name: "${name}"
    app.kubernetes.io/managed-by: millrace
spec:
  selector:
    app.kubernetes.io/name: "${name}"
  ports:
    - name: http
      port: 80
      targetPort: http
`;
}

/** The name of a Service begins with a letter. Quoted, one such as `null` stays a text. */
function objectName(model: string): string {
  const named = /^[a-z]/.test(model) ? model : `model-${model}`;
  return named.slice(0, NAME_CHARACTERS).replace(/-+$/, '');
}
