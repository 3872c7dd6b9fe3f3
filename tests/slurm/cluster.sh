# A Slurm of its own for a test, on loopback, without cgroups: sourced. cluster_up FOLDER NODES starts munge,
# slurmctld and NODES slurmds, virtual nodes n1, n2 ... that all are this host; cluster_down ends them.
# NODES 0: one node with the name of the host, where mpirun starts ranks by itself, not by srun. $PROCTRACK: how Slurm
# knows the processes of a job, linuxproc (default) or pgid.

cluster_there() {
  local program
  for program in munged slurmctld slurmd srun sbatch; do command -v $program >/dev/null || return 1; done
}

# free_port: one that nobody listens at, of this process's own thousand
free_port() {
  local port=$((20000 + $$ % 20 * 1000))
  while grep -qi ":$(printf %04X "$port") " /proc/net/tcp || [[ " $ports " == *" $port "* ]]; do port=$((port + 1)); done
  ports="$ports $port"
}

write_slurm_conf() {
  local folder=$1 host i cpus=4
  host=$(hostname -s)
  shift
  cat <<END
ClusterName=nnmpi
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmctldPort=${ports%% *}
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool-%n
TmpFS=$folder/tmp-%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
ProctrackType=proctrack/${PROCTRACK:-linuxproc}
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
MpiDefault=none
ReturnToService=2
MailProg=/bin/true
KillWait=5
OverTimeLimit=0
MinJobAge=3600
SchedulerParameters=sched_interval=1
END
  for ((i = 1; i <= $#; i++)); do
    echo "NodeName=${!i} NodeHostname=$host NodeAddr=127.0.0.1 Port=$(cut -d' ' -f$((i + 1)) <<<"$ports") CPUs=$cpus CoresPerSocket=$cpus State=UNKNOWN"
  done
  echo "PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}

cluster_up() {
  local folder=$1 i node nodes=() ports=""
  cluster_folder=$folder
  for ((i = 1; i <= $2; i++)); do nodes+=("n$i"); done
  [ "$2" != 0 ] || nodes=("$(hostname -s)")
  for ((i = 0; i <= ${#nodes[@]}; i++)); do free_port; done
  ports=${ports# }
  mkdir -p "$folder/state"
  for node in "${nodes[@]}"; do mkdir -p "$folder/spool-$node" "$folder/tmp-$node"; done
  head -c 1024 /dev/urandom >"$folder/munge.key"
  chmod 400 "$folder/munge.key"
  write_slurm_conf "$folder" "${nodes[@]}" >"$folder/slurm.conf"
  export SLURM_CONF=$folder/slurm.conf
  munged --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" --num-threads=1 || return 1
  slurmctld -i || return 1
  for node in "${nodes[@]}"; do slurmd -N "$node" || return 1; done
  for ((i = 0; i < 120; i++)); do
    [ "$(sinfo -h -N -o %T 2>/dev/null | grep -c idle)" = ${#nodes[@]} ] && return 0
    sleep 0.5
  done
  echo "Slurm does not start:"
  tail -n 20 "$folder"/*.log
  return 1
}

cluster_down() {
  local pid i
  scancel --quiet --user "$(id -un)" 2>/dev/null
  for pid in "$cluster_folder"/slurmd-*.pid "$cluster_folder"/slurmctld.pid "$cluster_folder"/munged.pid; do
    [ -e "$pid" ] && kill "$(cat "$pid")" 2>/dev/null
  done
  for ((i = 0; i < 100; i++)); do # slurmctld writes its state at its end
    [ -e "$cluster_folder/slurmctld.pid" ] || break
    sleep 0.2
  done
  return 0
}
